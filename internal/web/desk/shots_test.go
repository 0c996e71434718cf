//go:build shots

package desk

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestShots writes a picture of the whole of every page of the desk, in three widths and both schemes, into the folder
// shots/desk at the module's root: make shots. The forms that were refused come last, in one width.
func TestShots(t *testing.T) {
	s := newSweepSite(t)
	tb := newNobody(t, s.site)
	folder := filepath.Join("..", "..", "..", "shots", "desk")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	take := func(name string, width int, scheme string) {
		tb.look(width, scheme)
		picture, err := chromedp.Run(tb.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range s.pages() {
		t.Run(p.name, func(t *testing.T) {
			tb.be(p.cookies)
			tb.open(p.path)
			for _, width := range sweptWidths[:3] {
				take(p.name, width, "light")
				take(p.name, width, "dark")
			}
		})
	}
	t.Run("refused", func(t *testing.T) {
		tb.be(s.admin.cookies())
		for _, f := range s.forms() {
			if s.isRefused(f) {
				tb.send(f)
				take(strings.ReplaceAll(strings.TrimPrefix(f.action, "/"), "/", "-")+"-refused", sweptWidths[0], "light")
			}
		}
	})
}
