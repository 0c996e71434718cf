package desk

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/intake"
	"counterclaim/internal/store"
)

// A testFetcher asks a server of the test's for paths, whatever server an address names: a client of package intake
// reaches no server on this machine.
type testFetcher struct{ server *httptest.Server }

func (f testFetcher) Fetch(ctx context.Context, address string) (intake.Received, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "down.example" {
		return intake.Received{}, &intake.FetchError{Kind: intake.ErrUnreachable}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, f.server.URL+u.Path, nil)
	if err != nil {
		return intake.Received{}, err
	}
	response, err := f.server.Client().Do(r)
	if err != nil {
		return intake.Received{}, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return intake.Received{}, &intake.FetchError{Kind: intake.ErrStatus, Detail: "it answered 404, Not Found"}
	}
	body, err := io.ReadAll(response.Body)
	return intake.Received{Body: body, URL: address, MediaType: response.Header.Get("Content-Type"), At: time.Now()}, err
}

// Check is that of a client of package intake.
func (testFetcher) Check(address string) error {
	return intake.NewClient(intake.Options{}).Check(address)
}

// fetching switches fetching on, from pages by path.
func (s *site) fetching(pages map[string]string) {
	s.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if strings.HasPrefix(page, "<?xml") {
			w.Header().Set("Content-Type", "application/rss+xml")
		}
		_, _ = io.WriteString(w, page) // fails only if the client has gone
	}))
	s.t.Cleanup(server.Close)
	s.server.client = testFetcher{server}
}

var ferryPage = `<html lang="en"><head><meta property="og:site_name" content="River Gazette"><title>Ferry stops</title></head><body><article><h1>Ferry stops</h1><p>` +
	strings.Repeat("The ferry was stopped at the lock, the harbour office said. ", 8) + `</p></article></body></html>`

const ferryFeed = `<?xml version="1.0"?><rss version="2.0"><channel><title>River &lt;b&gt;Gazette</title>
<item><guid>a1</guid><link>https://example.org/ferry</link><title>Ferry stops</title><description>At the lock</description><pubDate>Mon, 04 Mar 2024 10:00:00 GMT</pubDate></item>
<item><guid>a2</guid><link>https://example.org/gone</link><title>&lt;script&gt;alert(1)&lt;/script&gt; Gone</title></item>
</channel></rss>`

func TestFetchOff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleEditor)
	if got := e.get(newArticlePath, http.StatusOK).Find("#way-fetch").Text(); !strings.Contains(got, "FETCH=on") {
		t.Errorf("the page says %q", got)
	}
	e.upload(newArticlePath, url.Values{"way": {wayFetch}, "address": {"https://example.org/ferry"}}, "", "", nil, http.StatusUnprocessableEntity)
	e.post(subscriptionsPath, url.Values{"address": {"https://example.org/feed"}}, http.StatusSeeOther)
	e.post(subscriptionsPath+"/1/check", nil, http.StatusConflict)
	s.server.Poll(t.Context()) // returns at once
}

func TestFetch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fetching(map[string]string{"/ferry": ferryPage})
	e := s.as(store.RoleContributor)
	_, to := e.upload(newArticlePath, url.Values{"way": {wayFetch}, "address": {"https://example.org/ferry"}}, "", "", nil, http.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	fields := fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
	if fields.Get("url") != "https://example.org/ferry" || fields.Get("new_outlet") != "River Gazette" {
		t.Errorf("fields = %v", fields)
	}
	doc, _ := e.upload(newArticlePath, url.Values{"way": {wayFetch}, "address": {"https://down.example/x"}}, "", "", nil, http.StatusUnprocessableEntity)
	if got := doc.Find("#f-address").AttrOr("value", ""); got != "https://down.example/x" {
		t.Errorf("the form holds %q", got)
	}
}

func TestFeeds(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fetching(map[string]string{"/feed": ferryFeed, "/ferry": ferryPage})
	e := s.as(store.RoleEditor)
	for _, address := range []string{"", "ftp://example.org/feed", "https://example.org/a b", "javascript:alert(1)"} {
		e.post(subscriptionsPath, url.Values{"address": {address}}, http.StatusUnprocessableEntity)
	}
	e.post(subscriptionsPath, url.Values{"address": {"https://example.org/feed"}}, http.StatusSeeOther)
	e.post(subscriptionsPath, url.Values{"address": {"https://example.org/feed"}}, http.StatusUnprocessableEntity)
	e.post(subscriptionsPath, url.Values{"address": {"https://down.example/feed"}}, http.StatusSeeOther)
	s.as(store.RoleContributor).post(subscriptionsPath, url.Values{"address": {"https://example.org/other"}}, http.StatusForbidden)

	// The loop asks for both, one after the other.
	polling, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	ended := make(chan struct{})
	go func() { defer close(ended); s.server.Poll(polling) }()
	for {
		list, err := s.store.Subscriptions(polling)
		if err != nil {
			t.Fatal(err)
		}
		if list[0].Listed == 2 && list[1].Fault != "" {
			break
		}
	}
	stop()
	<-ended
	doc := e.get(subscriptionsPath, http.StatusOK)
	if got := doc.Find(".arrivals li").Last().Find(".wrong").Text(); !strings.Contains(got, "cannot be reached") {
		t.Errorf("the fault is %q", got)
	}
	// Asked again, nothing is listed twice.
	e.post(doc.Find("form[action$=check]").First().AttrOr("action", ""), nil, http.StatusSeeOther)
	remove := doc.Find("form[action$=remove]").Last().AttrOr("action", "")
	doc = e.get(arrivalsPath+"?state=listed", http.StatusOK)
	items := doc.Find(".arrivals > li")
	if items.Length() != 2 || doc.Find("main script").Length() != 0 {
		t.Fatalf("%d items, want 2", items.Length())
	}
	if _, err := s.store.DueSubscription(t.Context(), 0, time.Now().Add(-pollEvery)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a feed is due again: %v", err)
	}

	// One is fetched, the other cannot be and is dismissed.
	first := items.Last().Find("a").AttrOr("href", "")
	if !strings.Contains(items.Last().Text(), "Ferry stops") {
		first = items.First().Find("a").AttrOr("href", "")
	}
	_, to := e.post(first+"/fetch", nil, http.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	if got := fieldsOf(e.get(path, http.StatusOK).Find("form.noun")).Get("url"); got != "https://example.org/ferry" {
		t.Errorf("url = %q", got)
	}
	e.post(first+"/fetch", nil, http.StatusConflict)
	other := e.get(arrivalsPath+"?state=listed", http.StatusOK).Find(".arrivals a").AttrOr("href", "")
	e.post(other+"/fetch", nil, http.StatusUnprocessableEntity)
	e.post(other+"/dismiss", nil, http.StatusSeeOther)
	e.post(other+"/dismiss", nil, http.StatusConflict)
	e.post(other+"/out", nil, http.StatusSeeOther)
	if got := e.get(other, http.StatusOK).Find("main form button").Length(); got != 2 {
		t.Errorf("%d buttons after it was taken out again, want 2", got)
	}
	e.post(remove, nil, http.StatusSeeOther)
	e.post(remove, nil, http.StatusNotFound)
}
