"""Routes and middleware beside the pages: health, sign-in, own files, security headers, the HTML shell."""
