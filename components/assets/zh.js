// Exchanges the English words that Streamlit itself shows for Chinese ones. Own strings never need it: they come translated.
(() => {
  const exact = {
    "Browse files": "选择文件", "Upload": "上传", "Take Photo": "拍照", "Clear photo": "清除照片", "Drag and drop file here": "将文件拖到此处",
    "Drag and drop files here": "将文件拖到此处", "Choose an option": "请选择", "Choose options": "请选择", "Select all": "全选",
    "No results": "无匹配结果", "No options to select.": "没有可选项", "No options to select": "没有可选项", "Page not found": "页面不存在",
    "Press Enter to apply": "按回车键确认", "Press Enter to submit form": "按回车键提交", "Press Ctrl+Enter to apply": "按 Ctrl+回车键确认",
    "Running...": "正在处理…", "Connecting": "正在连接", "Connection error": "连接中断", "Connecting...": "正在连接…", "Stop": "停止", "Rerun": "重新运行",
    "Settings": "设置", "Print": "打印", "Record a screencast": "录制屏幕", "About": "关于", "Close": "关闭", "Clear cache": "清除缓存",
    "Appearance": "外观", "Theme": "主题", "Wide mode": "宽屏", "Light": "浅色", "Dark": "深色", "System": "跟随系统", "Use system setting": "跟随系统",
    "Search": "搜索", "Download as CSV": "下载 CSV", "Fullscreen": "全屏", "Close fullscreen": "退出全屏", "Show/hide columns": "显示/隐藏列",
    "Sort ascending": "升序", "Sort descending": "降序", "Pin column": "固定列", "Unpin column": "取消固定", "Hide column": "隐藏列", "Autosize": "自动列宽",
    "Format": "格式", "empty": "空", "View all": "查看全部", "Show password text": "显示密码", "Hide password text": "隐藏密码",
    "Learn more": "了解更多", "Clear all": "全部清除", "Clear value": "清除", "Remove": "移除", "Next": "下一页", "Previous": "上一页",
    "Switch camera": "切换摄像头", "This app would like to use your camera.": "本页需要使用摄像头。", "Learn how to allow access.": "如何允许访问",
  };
  const patterns = [
    [/^(\d+(?:\.\d+)?)\s?(KB|MB|GB) per file(?: • (.*))?$/, (m) => m[3] || ""], // the size our own field takes is in its help
    [/^Limit (\d+(?:\.\d+)?)\s?(KB|MB|GB) per file(?: • (.*))?$/, (m) => `每个文件不超过 ${m[1]} ${m[2]}${m[3] ? " • " + m[3] : ""}`],
    [/^File must be (.+) or smaller\.$/, (m) => `文件不得超过 ${m[1]}`],
    [/^You can only select up to (\d+) options?\..*$/, (m) => `最多可选 ${m[1]} 项`],
    [/^(\d+)\/(\d+) • Press Enter to apply$/, (m) => `${m[1]}/${m[2]} • 按回车键确认`],
    [/^Showing page (\d+) of (\d+)$/, (m) => `第 ${m[1]} 页，共 ${m[2]} 页`],
  ];
  const translate = (text) => {
    const key = text.trim();
    if (!key || !/^[A-Z\d]|^empty$/.test(key)) return null;
    if (Object.hasOwn(exact, key)) return text.replace(key, exact[key]);
    for (const [pattern, make] of patterns) {
      const match = pattern.exec(key);
      if (match) return make(match);
    }
    return null;
  };
  // Only what Streamlit itself writes: never inside Markdown, code or text areas, where people's words stand.
  const foreign = '[data-testid="stMarkdownContainer"], pre, code, textarea, [contenteditable="true"]';
  const own = '[data-testid="stFileUploaderDropzone"]'; // its button's word is Streamlit's, though drawn as Markdown
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const parent = node.parentElement;
      if (parent && parent.closest(foreign) && !parent.closest(own)) return;
      const text = translate(node.data);
      if (text !== null && text !== node.data) node.data = text;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of ["placeholder", "aria-label", "title"]) {
      const value = node.getAttribute(name);
      const text = value && translate(value);
      if (text && text !== value) node.setAttribute(name, text);
    }
    for (const child of node.childNodes) visit(child);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(visit);
      else visit(change.target);
    }
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["placeholder", "aria-label", "title"],
  });
  document.addEventListener("DOMContentLoaded", () => visit(document.body));
})();
