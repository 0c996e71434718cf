package desk

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/web"
)

// reports returns the complaints that there are, the latest first.
func (s *site) reports() []store.Complaint {
	s.t.Helper()
	p, err := s.store.Complaints(s.t.Context(), false, 0)
	s.must(err)
	return p.Complaints
}

// TestReport lets a reader report something, without account or cookie, and an editor answer it.
func TestReport(t *testing.T) {
	t.Parallel()
	s := bridge(t)
	if _, err := s.store.Publish(t.Context(), store.Publication{Reason: "first words", Kind: edition.Update, Actor: "test"}); err != nil {
		t.Fatal(err)
	}
	reader := s.nobody()
	fact := reader.get("/facts/bridge-open", http.StatusOK)
	link := fact.Find(".foot a[href^='/report']").AttrOr("href", "none")
	if want := "/report?about=" + url.QueryEscape("/facts/bridge-open/editions/1"); link != want {
		t.Fatalf("the page of a fact leads to %s, want %s", link, want)
	}
	page := reader.get(link, http.StatusOK)
	question := one(fact, "h1")
	if got := one(page, "form a[href^='/facts/']"); got != question {
		t.Errorf("the form is about %q, want %q", got, question)
	}
	fields := fieldsOf(page.Find("form[action='/report']"))
	for _, name := range reportFields {
		if len(fields[name]) != 1 {
			t.Errorf("the field %s is there %d times", name, len(fields[name]))
		}
	}
	fields.Set("sender", "Quizzel <q@example.org>")
	if page, _ := reader.post(web.ReportPath, fields, http.StatusUnprocessableEntity); page.Find("#f-words-errors").Length() != 1 ||
		page.Find("#problems a[href='#f-words']").Length() != 1 || page.Find("#f-sender").AttrOr("value", "") != "Quizzel <q@example.org>" {
		t.Error("that nothing is said is not told at its field, or what was typed is lost")
	}
	fields.Set("words", "<script>It was open.\r\nSays Quizzel.")
	response, _ := reader.submit(web.ReportPath, fields)
	to := response.Header.Get("Location")
	if response.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, web.ReportedPath+"?") || len(response.Cookies()) > 0 ||
		response.Header.Get("Cache-Control") != "no-store" || strings.Contains(to, "uizzel") {
		t.Fatalf("status %d to %q with %v", response.StatusCode, to, response.Header)
	}
	sent := reader.get(to, http.StatusOK)
	if got := one(sent, ".lede b"); got != "1" {
		t.Errorf("the number is %q", got)
	}
	if text := sent.Text(); strings.Contains(text, "uizzel") || strings.Contains(text, "It was open") {
		t.Errorf("what is private is on the page after it: %q", text)
	}
	if got := sent.Find("a[href='/facts/bridge-open/editions/1']").Length(); got != 1 {
		t.Errorf("%d ways back", got)
	}
	if _, again := reader.post(web.ReportPath, fields, http.StatusSeeOther); again != to || len(s.reports()) != 1 {
		t.Errorf("sent twice it leads to %q, and there are %d complaints", again, len(s.reports()))
	}

	e := s.as(store.RoleEditor)
	if got := e.get("/desk", http.StatusOK).Find("a[href='/desk/complaints/1']").Length(); got != 1 {
		t.Errorf("the inbox leads to it %d times", got)
	}
	if got := one(e.get(complaintsPath, http.StatusOK), ".desk-list li"); !strings.Contains(got, "by the readers’ form") {
		t.Errorf("the list says %q", got)
	}
	form := e.get(complaintPath("1"), http.StatusOK)
	if form.Find(".together > p a[href='/facts/bridge-open/editions/1']").Length() != 1 || !strings.Contains(form.Text(), "Nothing is mailed from here") {
		t.Error("the page that it is about, or that nothing is mailed, is not told")
	}
	answer := fieldsOf(form.Find("form[data-draft]"))
	if answer.Get("fact") != "bridge-open" || answer.Get("words") != "<script>It was open.\nSays Quizzel." || answer.Get("received") == "" {
		t.Errorf("the complaint has %v", answer)
	}
	answer.Set("outcome", "correction")
	answer.Set("edition", "1")
	e.post(complaintPath("1"), answer, http.StatusSeeOther)
	if got := one(e.get(complaintsPath+"?show=all", http.StatusOK), ".desk-list .help"); got != "corrected in edition 1 of “"+question+"”" {
		t.Errorf("it was settled as %q", got)
	}
	if strings.Contains(s.log.String(), "uizzel") {
		t.Error("the server's log has the sender")
	}
	for _, at := range []string{"/", "/corrections", "/sitemap.xml", "/api/v1/facts", "/feeds/corrections.atom"} {
		response, body := reader.submitGet(at)
		if response.StatusCode != http.StatusOK || strings.Contains(string(body), "uizzel") {
			t.Errorf("%s: status %d, or it tells of the complaint", at, response.StatusCode)
		}
		if at == "/sitemap.xml" && strings.Contains(string(body), web.ReportPath) {
			t.Error("the map of the site has the form")
		}
	}
}

// submitGet asks for what is no page.
func (e *editor) submitGet(path string) (*http.Response, []byte) {
	e.t.Helper()
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodGet, e.url+path, nil)
	e.must(err)
	return e.do(r)
}

// TestReportAddresses asks for the form and for the page after it in all ways.
func TestReportAddresses(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	reader := s.nobody()
	for at, about := range map[string]string{
		"/report": "", "/report?about=": "", "/report?about=%00": "", "/report?about=%ff": "", "/report?about=/facts/nothing": "/facts/nothing",
		"/report?about=//evil.example/": "//evil.example/", "/report?about=javascript:alert(1)": "javascript:alert(1)",
		"/report?about=https://evil.example/facts/x": "https://evil.example/facts/x", "/report?about=/desk": "/desk",
	} {
		page := reader.get(at, http.StatusOK)
		if got := page.Find("#f-about").AttrOr("value", "none"); got != about {
			t.Errorf("%s asks for the page with %q, want %q", at, got, about)
		}
		if links := page.Find("main a[href*='evil'], main a[href^='javascript'], main a[href^='/desk']"); links.Length() > 0 {
			t.Errorf("%s leads to %s", at, links.AttrOr("href", ""))
		}
		if page.Find("meta[name=robots][content=noindex]").Length() != 1 || page.Find("link[rel=canonical]").Length() != 0 {
			t.Errorf("%s asks to be listed", at)
		}
	}
	if got := one(reader.get("/report?about=/corrections", http.StatusOK), "form a[href='/corrections']"); got != "Corrections" {
		t.Errorf("the form is about %q", got)
	}
	for _, at := range []string{"/report/sent", "/report/sent?number=x", "/report/sent?number=0", "/report/sent?number=01", "/report/sent?number=-1", "/report/other"} {
		reader.get(at, http.StatusNotFound)
	}
	if page := reader.get("/report/sent?number=7&about=//evil.example/", http.StatusOK); page.Find("a[href*=evil]").Length() > 0 {
		t.Error("it leads back to another site")
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
		r, err := http.NewRequestWithContext(t.Context(), method, s.url+web.ReportPath, nil)
		s.must(err)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if response, _ := reader.do(r); response.StatusCode != http.StatusMethodNotAllowed || response.Header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: status %d, allowed is %q", method, response.StatusCode, response.Header.Get("Allow"))
		}
	}
	for _, text := range []string{"", "/facts/x#7K3-M9QX", "https://counterclaim.example/facts/x#7K3-M9QX", strings.ToLower(narrativetest.Closed)} {
		fields := url.Values{"about": {text}, "words": {"About " + text}, "better": {""}, "sender": {""}}
		reader.post(web.ReportPath, fields, http.StatusSeeOther)
	}
	var about []string
	for _, c := range s.reports() {
		about = append(about, c.About)
	}
	if want := []string{"/claims/" + narrativetest.Closed, "/facts/x#7K3-M9QX", "/facts/x#7K3-M9QX", "/"}; !slices.Equal(about, want) {
		t.Errorf("they are about %q, want %q", about, want)
	}
}

// TestReportHostile sends what no browser does: the field is named, what was typed is kept, and nothing is stored.
func TestReportHostile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	reader := s.nobody()
	good := url.Values{"about": {"/facts/x"}, "words": {"It was open."}, "better": {"the log"}, "sender": {"Quizzel"}}
	parsed := func(body []byte) *goquery.Document {
		t.Helper()
		page, err := goquery.NewDocumentFromReader(strings.NewReader(string(body)))
		s.must(err)
		return page
	}
	for _, name := range reportFields {
		for what, values := range map[string][]string{
			"missing": nil, "twice": {"a", "a"}, "NUL": {"a\x00"}, "no UTF-8": {"\xff"}, "large": {strings.Repeat("x", 1<<20)}, "blank": {" \r\n\t"},
		} {
			fields := maps.Clone(good)
			fields[name] = values
			if what == "blank" && name != "words" {
				continue
			}
			response, body := reader.submit(web.ReportPath, fields)
			page := parsed(body)
			if response.StatusCode != http.StatusUnprocessableEntity || page.Find("#f-"+name+"-errors").Length() != 1 || page.Find("#problems a[href='#f-"+name+"']").Length() != 1 {
				t.Errorf("%s %s: status %d, or the field is not named", name, what, response.StatusCode)
			}
			left := fieldsOf(page.Find("form[action='/report']"))
			for _, other := range reportFields {
				if other != name && left.Get(other) != good.Get(other) {
					t.Errorf("%s %s: %s is %q afterwards", name, what, other, left.Get(other))
				}
			}
			if what == "large" && len(left.Get(name)) != 1<<20 {
				t.Errorf("%s: of what was too long %d characters are left", name, len(left.Get(name)))
			}
		}
	}
	many := maps.Clone(good)
	for i := range 10_000 {
		many.Set("f"+strconv.Itoa(i), "x")
	}
	response, body := reader.submit(web.ReportPath, many)
	if left := fieldsOf(parsed(body).Find("form[action='/report']")); response.StatusCode != http.StatusRequestEntityTooLarge || left.Get("words") != "It was open." {
		t.Errorf("10,000 fields: status %d, left is %v", response.StatusCode, left)
	}
	huge := maps.Clone(good)
	huge.Set("words", strings.Repeat("x", largestReport))
	response, body = reader.submit(web.ReportPath, huge)
	if left := fieldsOf(parsed(body).Find("form[action='/report']")); response.StatusCode != http.StatusRequestEntityTooLarge || left.Get("sender") != "Quizzel" {
		t.Errorf("more than a form may have: status %d, of the sender is left %q", response.StatusCode, left.Get("sender"))
	}
	send := func(what string, status int, sent string, headers map[string]string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+web.ReportPath, strings.NewReader(sent))
		s.must(err)
		r.Header.Set("Content-Type", fieldsType)
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		if response, _ := reader.do(r); response.StatusCode != status {
			t.Errorf("%s: status %d, want %d", what, response.StatusCode, status)
		}
	}
	send("a broken escape", http.StatusBadRequest, "words=%zz&about=/", nil)
	send("JSON", http.StatusUnsupportedMediaType, "{}", map[string]string{"Content-Type": "application/json"})
	send("files", http.StatusUnsupportedMediaType, "", map[string]string{"Content-Type": filesType + "; boundary=x"})
	send("another site", http.StatusForbidden, good.Encode(), map[string]string{"Sec-Fetch-Site": "cross-site"})
	send("another origin", http.StatusForbidden, good.Encode(), map[string]string{"Origin": "https://evil.example"})
	if n := len(s.reports()); n > 0 {
		t.Fatalf("%d were taken", n)
	}

	// Five an hour from one network: the next one is told when to come again, and loses nothing.
	for i := range 5 {
		reader.post(web.ReportPath, url.Values{"about": {""}, "words": {strconv.Itoa(i)}, "better": {""}, "sender": {""}}, http.StatusSeeOther)
	}
	response, body = reader.submit(web.ReportPath, good)
	wait, err := strconv.Atoi(response.Header.Get("Retry-After"))
	if left := fieldsOf(parsed(body).Find("form[action='/report']")); response.StatusCode != http.StatusTooManyRequests || err != nil || wait < 1 ||
		left.Get("words") != "It was open." || left.Get("sender") != "Quizzel" || parsed(body).Find("#problems li").Length() != 1 {
		t.Errorf("the sixth within an hour: status %d, wait %d (%v), left is %v", response.StatusCode, wait, err, left)
	}
	if n := len(s.reports()); n != 5 {
		t.Errorf("%d complaints, want 5", n)
	}
}

// TestReportBehindProxy tells networks apart by what a trusted proxy says, and warns where what is sent can be read on its way.
func TestReportBehindProxy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	if page := b.want(http.StatusOK, web.ReportPath, nil); strings.Contains(page, "without encryption") {
		t.Error("on one's own machine it warns of readers on the way")
	}
	b.headers["X-Forwarded-For"] = "198.51.100.7"
	if page := b.want(http.StatusOK, web.ReportPath, nil); !strings.Contains(page, "without encryption") {
		t.Error("it does not say that what is sent can be read on its way")
	}
	for i := range 6 { // the proxy is not one that the operator has named: all of it is one network
		b.headers["X-Forwarded-For"] = "198.51.100." + strconv.Itoa(i)
		want := http.StatusSeeOther
		if i == 5 {
			want = http.StatusTooManyRequests
		}
		b.want(want, web.ReportPath, url.Values{"about": {""}, "words": {strconv.Itoa(i)}, "better": {""}, "sender": {""}})
	}
	if len(b.cookies) > 0 {
		t.Errorf("it sets cookies: %v", b.cookies)
	}
}
