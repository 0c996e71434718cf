package browsertest

import (
	"context"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

// Program returns the path of Chromium, or fails the test. It prefers the build without windows: the same engine at half
// the work, for no browser is drawn around the pages.
func Program(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium is installed; make tools installs what the tests need")
	return ""
}

// Start starts a browser that ends with the test, and returns the context of its first tab, made with the options.
func Start(t testing.TB, options ...chromedp.ContextOption) context.Context {
	t.Helper()
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(Program(t)), chromedp.NoSandbox, chromedp.DisableGPU)
	allocator, free := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), flags...)
	t.Cleanup(free)
	ctx, end := chromedp.NewContext(allocator, options...)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}
