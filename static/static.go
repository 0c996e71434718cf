// Package static holds the files that the browser loads beside the pages: style sheets and the site's mark. All are the
// project's own; nothing is loaded from elsewhere.
package static

import "embed"

// FS holds the files at its root.
//
//go:embed *.css *.js *.svg
var FS embed.FS
