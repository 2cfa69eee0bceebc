// Photos come through the signed-in route of ours; ids are texts, the address is built here and nowhere else.
function address(id, small) {
  return `/files/photo/${encodeURIComponent(id)}${small ? "?size=thumb" : ""}`
}

function lightbox(root, words) {
  let box = root.querySelector("dialog")
  if (box) return box.gd
  box = made("dialog", "large")
  const image = made("img")
  const caption = made("p", "caption")
  const bar = made("div", "bar")
  const buttons = ["before", "after", "close"].map((name) => {
    const button = made("button", "tool", words[name])
    button.type = "button"
    bar.append(button)
    return button
  })
  box.append(image, caption, bar)
  root.append(box)
  const it = { box, list: [], at: 0 }
  it.show = (list, at) => {
    it.list = list
    it.at = (at + list.length) % list.length
    image.src = address(list[it.at].id, false)
    image.alt = caption.textContent = list[it.at].caption
    for (const button of buttons.slice(0, 2)) button.hidden = list.length < 2
    if (!box.open) box.showModal()
  }
  buttons[0].onclick = () => it.show(it.list, it.at - 1)
  buttons[1].onclick = () => it.show(it.list, it.at + 1)
  buttons[2].onclick = () => box.close()
  box.addEventListener("click", (event) => event.target === box && box.close())
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") it.show(it.list, it.at - 1)
    if (event.key === "ArrowRight") it.show(it.list, it.at + 1)
  })
  box.gd = it
  return it
}

function thumb(root, words, list, at) {
  const button = made("button", "thumb")
  button.type = "button"
  button.setAttribute("aria-label", `${words.enlarge}: ${list[at].caption}`)
  const image = made("img")
  image.src = address(list[at].id, true)
  image.alt = ""
  image.loading = "lazy"
  image.addEventListener("error", () => button.replaceChildren(made("span", "lost", words.lost)), { once: true })
  button.append(image)
  button.addEventListener("click", () => lightbox(root, words).show(list, at))
  return button
}
