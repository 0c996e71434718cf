//go:build shots

package web

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"counterclaim/internal/web/browsertest"
)

// TestShots writes a picture of the whole of a page of each kind in every width and scheme into the folder shots at the
// module's root: make shots.
func TestShots(t *testing.T) {
	r := readers{browsertest.Start(t), newCorpusSite(t), newChangedSite(t), newSite(t)}
	folder := filepath.Join("..", "..", "shots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, kind := range pageKinds(t, r.full, r.small, r.empty) {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			tb := newTab(t, r.browser, kind.site)
			tb.do(chromedp.Navigate(kind.url()))
			for _, width := range widths {
				for _, scheme := range schemes {
					tb.look(width, scheme)
					picture, err := chromedp.Run(tb.ctx, chromedp.FullScreenshot(100))
					if err != nil {
						t.Fatal(err)
					}
					name := filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", kind.name, width, scheme))
					if err := os.WriteFile(name, picture, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}
