package desk

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// ferryText is an article as an editor pastes it.
const ferryText = "Ferry stops at the lock\n" +
	"The ferry on the river was stopped at the lock on Monday, the harbour office said. Nobody on board was hurt, it said.\n" +
	"A spokesman of the council said that 12 boats had been waiting since the morning and that the lock would be opened again in the evening.\n" +
	"Read more: Ferries of the river\n"

// upload sends a form with a file, which must answer with the given status, and returns the page and where it leads.
func (e *editor) upload(path string, fields url.Values, name, mediaType string, body []byte, status int) (*goquery.Document, string) {
	e.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for field, values := range fields {
		for _, value := range values {
			if err := w.WriteField(field, value); err != nil {
				e.t.Fatal(err)
			}
		}
	}
	if name != "" {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename=%q`, name))
		h.Set("Content-Type", mediaType)
		part, err := w.CreatePart(h)
		if err != nil {
			e.t.Fatal(err)
		}
		if _, err := part.Write(body); err != nil {
			e.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		e.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodPost, e.url+path, &buf)
	if err != nil {
		e.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	response, answer := e.do(r)
	return e.page(response, answer, path, status), response.Header.Get("Location")
}

// paste brings a text in and returns the address of its arrival.
func (e *editor) paste(text string, fields url.Values) string {
	e.t.Helper()
	if fields == nil {
		fields = url.Values{}
	}
	fields.Set("way", wayPaste)
	fields.Set("text", text)
	_, to := e.upload(newArticlePath, fields, "", "", nil, http.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	return path
}

// confirmForm returns the fields of an arrival's form, ready to be confirmed as an article of a new outlet.
func (e *editor) confirmForm(path string) url.Values {
	e.t.Helper()
	doc := e.get(path, http.StatusOK)
	fields := fieldsOf(doc.Find("form.noun"))
	fields.Set("new_outlet", "River Gazette")
	doc.Find("#f-outlet option").Each(func(_ int, o *goquery.Selection) {
		if o.Text() == "River Gazette" { // confirmed with an article before
			fields.Set("outlet", o.AttrOr("value", ""))
		}
	})
	fields.Set("identified.basis", "given")
	fields.Set("do", "confirm")
	return fields
}

// confirmed makes an article of a text and returns its slug.
func (e *editor) confirmed(text string) narrative.Slug {
	e.t.Helper()
	path := e.paste(text, nil)
	fields := e.confirmForm(path)
	fields.Set("same", different)
	_, to := e.post(path, fields, http.StatusSeeOther)
	slug, _, _ := strings.Cut(strings.TrimPrefix(to, "/desk/articles/"), "/")
	return narrative.Slug(slug)
}

func TestPastedArticle(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	path := e.paste(ferryText, url.Values{"byline": {"By Ann Other"}, "day": {"2024-03-04"}, "url": {"https://example.org/ferry"}})

	// A closed tab: what came in is there, in the list and with what was typed.
	list := e.get(arrivalsPath, http.StatusOK)
	if got := list.Find(".arrivals a").First().AttrOr("href", ""); got != path {
		t.Errorf("the list leads to %q, want %q", got, path)
	}
	doc := e.get(path, http.StatusOK)
	fields := fieldsOf(doc.Find("form.noun"))
	for name, want := range map[string]string{
		"headline": "Ferry stops at the lock", "byline": "By Ann Other", "published.day": "2024-03-04", "published.basis": "given", "language": "en",
		"url": "https://example.org/ferry", "kind": "report",
	} {
		if got := fields.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	cut := doc.Find(".piece.out")
	if cut.Length() != 1 || !strings.Contains(cut.Text(), "Read more") || !strings.Contains(cut.Text(), "closing line") {
		t.Fatalf("cut: %q", cut.Text())
	}

	// The cut is taken back in, a paragraph left out, two joined and one split, with what was typed kept.
	fields.Set("byline", "By Ann Other and Ben Other")
	fields.Set("in", "3")
	fields.Set("out", "0")
	fields.Set("do", "join-1")
	_, to := e.post(path, fields, http.StatusSeeOther)
	if !strings.HasSuffix(to, "#piece-1") {
		t.Errorf("joining leads to %q", to)
	}
	doc = e.get(path+"?split=1", http.StatusOK)
	if n := doc.Find(".piece").Length(); n != 3 {
		t.Fatalf("%d pieces, want 3", n)
	}
	fields = fieldsOf(doc.Find("form.noun"))
	if got := fields.Get("byline"); got != "By Ann Other and Ben Other" {
		t.Errorf("byline = %q", got)
	}
	buttons := doc.Find("#piece-1 button[value^=split]")
	if buttons.Length() != 2 {
		t.Fatalf("%d places to split, want 2", buttons.Length())
	}
	fields.Set("do", buttons.First().AttrOr("value", ""))
	e.post(path, fields, http.StatusSeeOther)

	// Without an outlet it cannot be confirmed, and nothing is lost.
	fields = fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
	fields.Set("do", "confirm")
	doc, _ = e.post(path, fields, http.StatusUnprocessableEntity)
	if doc.Find(`.problems a[href="#f-outlet"]`).Length() == 0 {
		t.Errorf("the outlet is not named: %s", doc.Find(".problems").Text())
	}
	fields = e.confirmForm(path)
	fields.Set("archive.address", "https://archive.example/ferry")
	fields.Set("archive.day", "2024-03-05")
	_, to = e.post(path, fields, http.StatusSeeOther)
	if !strings.HasPrefix(to, "/desk/articles/river-gazette-ferry-stops-at-the-lock/tag") {
		t.Fatalf("leads on to %q", to)
	}
	view, err := s.store.Tagging(t.Context(), "river-gazette-ferry-stops-at-the-lock")
	if err != nil {
		t.Fatal(err)
	}
	want := "The ferry on the river was stopped at the lock on Monday, the harbour office said.\n\n" +
		"Nobody on board was hurt, it said. A spokesman of the council said that 12 boats had been waiting since the morning and that the lock would be opened again in the evening.\n\n" +
		"Read more: Ferries of the river"
	if got := view.Text.String(); got != want || !view.Full {
		t.Errorf("text = %q, want %q", got, want)
	}
	if view.Article.Byline != "By Ann Other and Ben Other" || view.Article.Outlet != "river-gazette" || view.Article.Published.On.String() != "2024-03-04" {
		t.Errorf("article = %+v", view.Article)
	}

	// What came in can still be had, to the byte; it is never shown.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path+"/original", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, body := e.do(r)
	if string(body) != ferryText || response.StatusCode != http.StatusOK {
		t.Errorf("original: status %d, %q", response.StatusCode, body)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Content-Disposition": "attachment; filename*=UTF-8''pasted.txt",
		"Content-Security-Policy": "default-src 'none'; sandbox",
	} {
		if got := response.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}

	// Another editor who has the page open is told.
	other := s.as(store.RoleEditor)
	doc, _ = other.post(path, fields, http.StatusConflict)
	if got := doc.Find("[role=status]").Text(); !strings.Contains(got, "Confirmed by "+e.name) {
		t.Errorf("the other editor is told %q", got)
	}
	doc = e.get(capturesPath("river-gazette-ferry-stops-at-the-lock"), http.StatusOK)
	if got := doc.Find(".captures li a").AttrOr("href", ""); got != "https://archive.example/ferry" {
		t.Errorf("the copy is at %q", got)
	}
}

func TestTwoEditorsMend(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a, b := s.as(store.RoleContributor), s.as(store.RoleContributor)
	path := a.paste(ferryText, nil)
	mine, theirs := fieldsOf(a.get(path, http.StatusOK).Find("form.noun")), fieldsOf(b.get(path, http.StatusOK).Find("form.noun"))
	theirs.Set("byline", "Theirs")
	b.post(path, theirs, http.StatusSeeOther)
	mine.Set("byline", "Mine")
	doc, _ := a.post(path, mine, http.StatusConflict)
	if got := doc.Find("#f-byline").AttrOr("value", ""); got != "Mine" {
		t.Errorf("the form holds %q", got)
	}
	if got := doc.Find(".theirs blockquote").Text(); strings.TrimSpace(got) != "Theirs" {
		t.Errorf("beside it stands %q", got)
	}
	a.post(path, fieldsOf(doc.Find("form.noun")), http.StatusSeeOther)
	if got := fieldsOf(a.get(path, http.StatusOK).Find("form.noun")).Get("byline"); got != "Mine" {
		t.Errorf("saved %q", got)
	}
}

func TestUploads(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	bomb, err := z.Create("bomb.txt")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bomb.Write(bytes.Repeat([]byte("0"), 10<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		file, mediaType string
		body            []byte
		status          int
	}{
		"text":          {"a.txt", "text/plain", []byte(ferryText), http.StatusSeeOther},
		"page":          {"a.html", "text/html", []byte("<html><body><article><h1>Ferry</h1><p>" + strings.Repeat("The ferry was stopped at the lock, the harbour office said. ", 8) + "</p></article>"), http.StatusSeeOther},
		"transcript":    {"a.vtt", "text/vtt", []byte("WEBVTT\n\n00:00.000 --> 00:04.000\n<v Mayor>The lock is open.\n"), http.StatusSeeOther},
		"odd name":      {"../../../etc/\x01pass\"wd.txt", "text/plain", []byte(ferryText), http.StatusSeeOther},
		"no file":       {"", "", nil, http.StatusUnprocessableEntity},
		"empty":         {"a.txt", "text/plain", nil, http.StatusUnprocessableEntity},
		"recording":     {"a.mp3", "audio/mpeg", []byte("ID3\x04\x00\x00 sound"), http.StatusUnprocessableEntity},
		"NUL":           {"a.txt", "text/plain", []byte("The ferry\x00 was stopped."), http.StatusUnprocessableEntity},
		"no UTF-8":      {"a.md", "text/markdown; charset=utf-8", []byte("The ferry \xff\xfe\xfd was stopped."), http.StatusUnprocessableEntity},
		"zip":           {"a.zip", "application/zip", archive.Bytes(), http.StatusUnprocessableEntity},
		"zip as text":   {"a.txt", "text/plain", archive.Bytes(), http.StatusUnprocessableEntity},
		"picture":       {"a.png", "image/png", []byte("\x89PNG\r\n\x1a\n"), http.StatusUnprocessableEntity},
		"no PDF":        {"a.pdf", "application/pdf", []byte("no PDF at all"), http.StatusUnprocessableEntity},
		"5 MiB of text": {"a.txt", "text/plain", bytes.Repeat([]byte("words \n"), 800_000), http.StatusUnprocessableEntity},
		"22 MiB":        {"a.pdf", "application/pdf", bytes.Repeat([]byte("%PDF-1.7\n"), 2_600_000), http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			e := &editor{site: s, name: e.name, token: e.token}
			doc, to := e.upload(newArticlePath, url.Values{"way": {wayFile}}, test.file, test.mediaType, test.body, test.status)
			if test.status != http.StatusSeeOther {
				if doc.Find(`.problems a[href="#f-file"]`).Length() != 1 {
					t.Errorf("the file is not named: %s", doc.Find(".problems").Text())
				}
				return
			}
			path, _, _ := strings.Cut(to, "?")
			if n := e.get(path, http.StatusOK).Find(".piece").Length(); n == 0 {
				t.Error("no paragraph is shown")
			}
		})
	}
}

func TestHostilePaste(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	hostile := "<script>alert(1)</script> said the ferry was stopped.\n<img src=x onerror=alert(2)> The lock is \"shut\" & closed.\n"
	path := e.paste(hostile, url.Values{"headline": {"<b>Ferry</b>\x00\u202e"}, "byline": {"\xff\xfe"}, "outlet": {"../x"}, "day": {"yesterday"}})
	doc := e.get(path, http.StatusOK)
	if doc.Find("main script, main img, main b").Length() != 0 || !strings.Contains(doc.Find(".piece").Text(), "<script>alert(1)</script>") {
		t.Error("markup of the text is not shown as text")
	}
	for name, fields := range map[string]url.Values{
		"NUL":       {"headline": {"a\x00b"}},
		"no UTF-8":  {"byline": {"\xff"}},
		"huge":      {"note": {strings.Repeat("x", 900_000)}},
		"address":   {"url": {"javascript:alert(1)"}},
		"day":       {"published.day": {"yesterday"}},
		"archive":   {"archive.address": {"ftp://x"}},
		"no choice": {"kind": {"opinion"}},
		"repeated":  {"headline": {"a", "b"}, "kind": {"", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			e := &editor{site: s, name: e.name, token: e.token}
			sent := e.confirmForm(path)
			maps.Copy(sent, fields)
			if doc, _ := e.post(path, sent, http.StatusUnprocessableEntity); doc.Find(".problems li").Length() == 0 {
				t.Error("nothing is said to be wrong")
			}
		})
	}
	e.post(path, url.Values{"do": {"confirm"}}, http.StatusConflict)
	e.get(arrivalsPath+"/0", http.StatusNotFound)
	e.get(arrivalsPath+"/9999999999999999999999", http.StatusNotFound)
	e.get(arrivalsPath+"?before=x&state=%00", http.StatusOK)
	s.nobody().get(path, http.StatusSeeOther)
	s.as(store.RoleReader).get(path, http.StatusForbidden)
}

func TestPost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	fields := url.Values{"way": {wayPost}, "text": {"The lock is open again since this morning."}, "author": {"@lockkeeper"}, "url": {"https://social.example/1"}, "at": {"today"}}
	doc, _ := e.upload(newArticlePath, fields, "", "", nil, http.StatusUnprocessableEntity)
	if got := doc.Find("#f-post-text").Text(); strings.TrimSpace(got) != fields.Get("text") || doc.Find(`.problems a[href="#f-post-at"]`).Length() != 1 {
		t.Errorf("the form holds %q, problems %s", got, doc.Find(".problems").Text())
	}
	fields.Set("at", "2024-03-04T10:20:30+04:00")
	_, to := e.upload(newArticlePath, fields, "", "", nil, http.StatusSeeOther)
	path, _, _ := strings.Cut(to, "?")
	got := fieldsOf(e.get(path, http.StatusOK).Find("form.noun"))
	if got.Get("kind") != "post" || got.Get("published.day") != "2024-03-04" || got.Get("published.at") != "10:20:30+04:00" || got.Get("byline") != "@lockkeeper" {
		t.Errorf("fields = %v", got)
	}
}
