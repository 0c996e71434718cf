package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"counterclaim/internal/intake"
	"counterclaim/internal/store"
)

// A busyFetcher brings nothing, since too much is being read.
type busyFetcher struct{}

func (busyFetcher) Fetch(context.Context, string) (intake.Received, error) {
	return intake.Received{}, fmt.Errorf("intake: %w", intake.ErrBusy)
}

func (busyFetcher) Check(string) error { return nil }

// Work that costs much is refused when there was too much of it, with the form as it was and the time to wait; all else goes on.
func TestLimits(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fetching(map[string]string{"/feed": ferryFeed, "/ferry": ferryPage})
	e := s.as(store.RoleEditor)
	e.post(subscriptionsPath, url.Values{"address": {"https://example.org/feed"}}, http.StatusSeeOther)
	e.post(subscriptionsPath+"/1/check", nil, http.StatusSeeOther)
	path := e.paste(ferryText, nil)
	e.get(path, http.StatusOK)
	fields := e.confirmForm(path)
	fields.Set("headline", "Kept as typed")
	for _, cost := range []store.Cost{store.CostFetch, store.CostPDF, store.CostReprint} { // so that there are rows of all
		if err := s.store.Spend(t.Context(), cost, e.name); err != nil {
			t.Fatal(err)
		}
	}
	s.sql(`UPDATE throttles SET free_at = now() + interval '1 hour'`)

	waits := func(method, path string, fields url.Values, says string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(fields.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		response, body := e.do(r)
		page := string(body)
		wait, err := strconv.Atoi(response.Header.Get("Retry-After"))
		if response.StatusCode != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 3600 {
			t.Errorf("%s %s: status %d, Retry-After %q", method, path, response.StatusCode, response.Header.Get("Retry-After"))
		}
		if !strings.Contains(page, "your account has asked for this very often of late") || !strings.Contains(page, says) {
			t.Errorf("%s %s does not say %q:\n%.2000s", method, path, says, page)
		}
	}
	waits(http.MethodPost, newArticlePath, url.Values{"way": {wayFetch}, "address": {"https://example.org/ferry"}}, `value="https://example.org/ferry"`)
	waits(http.MethodPost, subscriptionsPath+"/1/check", nil, "No feed was checked")
	waits(http.MethodPost, arrivalsPath+"/1/fetch", nil, "Its text can be pasted here")
	waits(http.MethodGet, path, nil, "It was not compared with what the desk has")
	waits(http.MethodPost, path, fields, "Kept as typed")
	doc, _ := e.upload(newArticlePath, url.Values{"way": {wayFile}}, "a.pdf", "application/pdf", []byte("%PDF-1.7 none"), http.StatusTooManyRequests)
	if got := doc.Find("#f-file-errors").Text(); !strings.Contains(got, "very often") {
		t.Errorf("beside the file stands %q", got)
	}
	// A text is no PDF, and tagging is not counted.
	e.paste("Another text, which is about something else.", nil)

	s.server.client = busyFetcher{}
	s.sql(`DELETE FROM throttles`)
	response, body := e.submit(newArticlePath, url.Values{"way": {wayFetch}, "address": {"https://example.org/ferry"}})
	if response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") != "30" || !strings.Contains(string(body), "try again in half a minute") {
		t.Errorf("while much is being read: status %d\n%.2000s", response.StatusCode, body)
	}
}
