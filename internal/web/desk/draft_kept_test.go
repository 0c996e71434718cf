package desk

import (
	"bytes"
	"cmp"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// ended returns the editor with a session of its own that was not used for too long.
func (e *editor) ended() *editor {
	e.t.Helper()
	token, err := e.store.StartSession(e.t.Context(), e.name, "a browser left open")
	e.must(err)
	e.sql(`UPDATE sessions SET seen_at = now() - interval '13 hours' WHERE device = 'a browser left open'`)
	return &editor{e.site, e.name, token}
}

// sendParts sends a form as those with files are sent; a field with a file is named, "" for none.
func (e *editor) sendParts(path string, fields url.Values, file string) (*http.Response, []byte) {
	e.t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for name, values := range fields {
		for _, value := range values {
			e.must(w.WriteField(name, value))
		}
	}
	if file != "" {
		part, err := w.CreateFormFile(file, "ferry.txt")
		e.must(err)
		_, err = part.Write([]byte("The ferry was late."))
		e.must(err)
	}
	e.must(w.Close())
	r, err := http.NewRequestWithContext(e.t.Context(), http.MethodPost, e.url+path, &buf)
	e.must(err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return e.do(r)
}

// orphaned checks that an answer has all that was sent, but for what is secret.
func (s *site) orphaned(t *testing.T, of string, response *http.Response, body []byte, sent url.Values) *goquery.Selection {
	t.Helper()
	form := doc(t, string(body)).Find("main form")
	if response.StatusCode != http.StatusUnauthorized || form.Length() != 1 || form.AttrOr("action", "") != response.Request.URL.RequestURI() {
		t.Errorf("%s: status %d to %q, and %d forms to be sent again", of, response.StatusCode, response.Header.Get("Location"), form.Length())
		return form
	}
	again := fieldsOf(form)
	for name, values := range sent {
		want := strings.ReplaceAll(strings.Join(values, "|"), "\r\n", "\n")
		if slices.Contains(secrets, name) {
			want = ""
		}
		if got := strings.Join(again[name], "|"); got != want {
			t.Errorf("%s: %s is %q, want %q", of, name, got, want)
		}
	}
	return form
}

// TestSessionOverEverywhere sends a form to each route that takes one, with a session that has ended and with none: what was
// typed is in the answer, to be sent again.
func TestSessionOverEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleAdmin)
	sent := url.Values{"why": {strange}, "reason": {"first", "second"}, "do": {"save"}, "password": {"very secret"}}
	for _, who := range []*editor{e.ended(), s.nobody()} {
		for _, r := range routes(t, s.server) {
			if r.method != http.MethodPost || r.least() == leastNobody || r.pattern == logoutPath || r.pattern == draftsPath {
				continue
			}
			response, body := who.sendForm(r.path(), sent)
			s.orphaned(t, r.String(), response, body, sent)
		}
		response, body := who.sendParts(newArticlePath, url.Values{"text": {strange}, "way": {wayPaste}}, wayFile)
		form := s.orphaned(t, "a form with a file", response, body, url.Values{"text": {strange}, "way": {wayPaste}})
		if form.AttrOr("enctype", "") != filesType || form.Find(`label[for="f-file"]`).Length() != 1 || form.Find(`input[type="file"][name="file"]`).Length() != 1 {
			t.Error("the file cannot be chosen again")
		}
		if response, _ := who.sendParts(newArticlePath, url.Values{"text": {strings.Repeat("x", largestForm+1)}}, ""); response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("a text too long: status %d", response.StatusCode)
		}
		if response, _ := who.sendParts(newArticlePath, nil, ""); !isToLogin(response) {
			t.Errorf("a form with nothing in it: status %d", response.StatusCode)
		}
	}
}

// typeInto writes words into the first field of a form that takes any, and returns its name.
func typeInto(form *goquery.Selection, fields url.Values, words string) string {
	name := form.Find(`textarea[name], input[name]:not([type]), input[type="text"]`).First().AttrOr("name", "")
	fields.Set(name, words)
	return name
}

// TestSessionOverInForms goes to each form of the desk that keeps drafts, sends it with a session that has ended, and finds
// after the login what was written, in the list too. It is thrown away again.
func TestSessionOverInForms(t *testing.T) {
	t.Parallel()
	s := newSweepSite(t)
	over := s.admin.ended()
	titles, forms := map[string]string{}, 0
	for _, p := range s.pages() {
		if p.cookies[plainCookie] != s.admin.token {
			continue
		}
		s.admin.get(p.path, http.StatusOK).Find("form[data-draft]").Each(func(_ int, form *goquery.Selection) {
			forms++
			fields := fieldsOf(form)
			name := typeInto(form, fields, "Written on "+p.path)
			key, action := fields.Get(draftField), form.AttrOr("action", "")
			if key == "" || key != form.AttrOr("data-draft", "") {
				t.Errorf("%s: the key is %q, and of the form %q", p.path, key, form.AttrOr("data-draft", ""))
			}
			response, _ := over.sendForm(action, fields)
			if form.AttrOr("enctype", "") == filesType {
				response, _ = over.sendParts(action, fields, "")
			}
			to, err := url.Parse(response.Header.Get("Location"))
			if err != nil || to.Path != LoginPath || to.Query().Get("next") != takeHref(key) {
				t.Errorf("%s: status %d to %q", p.path, response.StatusCode, response.Header.Get("Location"))
				return
			}
			var taken *goquery.Selection
			s.admin.get(takeHref(key), http.StatusOK).Find("form[data-draft]").Each(func(_ int, f *goquery.Selection) {
				if f.AttrOr("data-draft", "") == key {
					taken = f
				}
			})
			if taken == nil || fieldsOf(taken).Get(name) != fields.Get(name) {
				t.Errorf("%s: the field %s is not taken up again", p.path, name)
			}
			item := s.admin.get(draftsPath, http.StatusOK).Find(".desk-list li").First()
			titles[openedAt(key)] = item.Find("a").First().Text()
			s.must(s.store.DropDraft(t.Context(), s.admin.name, key))
		})
	}
	if forms < 25 {
		t.Errorf("%d forms keep drafts", forms)
	}
	names, err := s.store.NounNames(t.Context(), []store.NounKey{{Kind: narrative.KindFact, Key: bridgeOpen}, {Kind: narrative.KindArticle, Key: untold}})
	s.must(err)
	question := practiceTitle(names[store.NounKey{Kind: narrative.KindFact, Key: bridgeOpen}], true)
	headline := practiceTitle(names[store.NounKey{Kind: narrative.KindArticle, Key: untold}], true)
	if len(names) != 2 {
		t.Errorf("the fact and the article are called %q", names)
	}
	for address, want := range map[string]string{
		newArticlePath:                         "New article",
		complaintForm:                          "New complaint",
		"/desk/facts/new":                      "New contested fact",
		"/desk/facts/" + bridgeOpen:            "Fact: " + question,
		tagPath(untold):                        "Tag: " + headline,
		joinPath(narrativetest.Closed):         "Join " + narrativetest.Closed,
		movePath(bridgeOpen):                   "Move claims: " + question,
		withdrawPath(bridgeOpen):               "Withdraw: " + question,
		reviewForm(bridgeOpen, formPublish):    "Publish: " + question,
		reviewForm(bridgeOpen, formStatus):     "Status: " + question,
		"/desk/claims/" + narrativetest.Closed: "Claim " + narrativetest.Closed,
	} {
		if titles[address] != want {
			t.Errorf("the draft of %s is called %q, want %q", address, titles[address], want)
		}
	}
	for address, title := range titles {
		if title == address {
			t.Errorf("the draft of %s has no title", address)
		}
	}
}

// TestDraftsBeside writes in two tabs of one form, and in a third that does not take up what was written in them: nothing is
// replaced, each is in the notice, and a save takes its own away. A server that is started anew has them still.
func TestDraftsBeside(t *testing.T) {
	t.Parallel()
	s := newBridge(t)
	e := s.as(store.RoleContributor)
	for _, address := range []string{complaintForm, tagPath(untold)} {
		field := map[string]string{complaintForm: "words", tagPath(untold): "quotation"}[address]
		open := func(words string) url.Values {
			fields := fieldsOf(e.get(address, http.StatusOK).Find("form[data-draft]"))
			fields.Set(field, words)
			return fields
		}
		first, second := open("words of the first tab"), open("words of the second tab")
		e.post(draftsPath, first, http.StatusNoContent)
		e.post(draftsPath, second, http.StatusNoContent)
		third := open("typed without taking up")
		e.post(draftsPath, third, http.StatusNoContent)
		s.sql(`UPDATE drafts SET saved_at = saved_at - interval '1 hour' WHERE fields LIKE '%first tab%'`)

		again := &editor{serve(t, s.db), e.name, e.token}
		page := again.get(address, http.StatusOK)
		var told []string
		page.Find(".draft q").Each(func(_ int, q *goquery.Selection) { told = append(told, q.Text()) })
		if strings.Join(told, ", ") != "typed without taking up, words of the second tab, words of the first tab" {
			t.Errorf("%s: the notice tells of %q", address, told)
		}
		for _, was := range []url.Values{first, second, third} {
			got := fieldsOf(again.get(takeHref(was.Get(draftField)), http.StatusOK).Find("form[data-draft]"))
			if got.Get(field) != was.Get(field) || got.Get(draftField) != was.Get(draftField) {
				t.Errorf("%s: taken up is %q, want %q", address, got.Get(field), was.Get(field))
			}
		}
		if address != complaintForm {
			continue
		}
		second.Set("about", "/facts/"+bridgeOpen)
		e.post(address, second, http.StatusSeeOther)
		if n := e.get(address, http.StatusOK).Find(".draft li").Length(); n != 2 {
			t.Errorf("%d drafts are left after one was saved", n)
		}
	}
}

// TestDraftOfArrival leaves the form of what came in: what was typed and ticked is taken up, and goes when it is saved.
func TestDraftOfArrival(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	path := e.paste(ferryText, nil)
	fields := fieldsOf(e.get(path, http.StatusOK).Find("form[data-draft]"))
	fields.Set("note", "As printed in the evening.")
	fields.Set("out", "0")
	e.post(draftsPath, fields, http.StatusNoContent)
	taken := fieldsOf(e.get(takeHref(fields.Get(draftField)), http.StatusOK).Find("form[data-draft]"))
	if taken.Get("note") != fields.Get("note") || taken.Get("out") != "0" {
		t.Errorf("taken up are the note %q and the box %q", taken.Get("note"), taken.Get("out"))
	}
	taken.Set("do", "save")
	e.post(path, taken, http.StatusSeeOther)
	after := e.get(path, http.StatusOK)
	if after.Find(".draft").Length() != 0 || fieldsOf(after.Find("form[data-draft]")).Get("note") != fields.Get("note") {
		t.Error("after it was saved there is a draft still, or the note is not there")
	}
	// Refused, it is saved all the same.
	again := fieldsOf(after.Find("form[data-draft]"))
	again.Set("headline", "")
	again.Set("do", "confirm")
	e.post(path, again, http.StatusUnprocessableEntity)
	if e.get(path, http.StatusOK).Find(".draft").Length() != 0 {
		t.Error("what was saved is kept as a draft besides")
	}
}

// TestDraftOfPaste writes a long text into the form for an article and one into that for a post.
func TestDraftOfPaste(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	for way, words := range map[string]string{wayPaste: strings.Repeat("Նավը ուշացաւ։ ", 20000), wayPost: "The ferry is late again."} {
		find := `form[data-draft]:has(input[value="` + way + `"])`
		fields := fieldsOf(e.get(newArticlePath, http.StatusOK).Find(find))
		fields.Set("text", words)
		e.post(draftsPath, fields, http.StatusNoContent)
		page := e.get(takeHref(fields.Get(draftField)), http.StatusOK)
		if taken := fieldsOf(page.Find(find)); taken.Get("text") != words || taken.Get(draftField) != fields.Get(draftField) {
			t.Errorf("%s: %d bytes are taken up, want %d", way, len(taken.Get("text")), len(words))
		}
		other := page.Find(`form[data-draft]:not(:has(input[value="` + way + `"]))`)
		if other.Length() != 1 || fieldsOf(other).Get("text") != "" || cmp.Or(fieldsOf(other).Get(draftField), fields.Get(draftField)) == fields.Get(draftField) {
			t.Errorf("%s: the other form is of the same draft", way)
		}
		response, body := e.sendParts(newArticlePath, fields, "")
		e.page(response, body, newArticlePath, http.StatusSeeOther)
	}
	if n := e.get(draftsPath, http.StatusOK).Find(".desk-list li").Length(); n != 0 {
		t.Errorf("%d drafts are left", n)
	}
}
