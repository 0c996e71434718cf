package desk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"counterclaim/internal/store"
)

const complaintForm = "/desk/complaints/new"

// written are fields of a new complaint with words in them.
func (e *editor) written(words string) url.Values {
	e.t.Helper()
	fields := fieldsOf(e.get(complaintForm, http.StatusOK).Find("form[data-draft]"))
	if key := fields.Get(draftField); openedAt(key) != complaintForm || key == complaintForm {
		e.t.Fatalf("the form's key is %q", key)
	}
	fields.Set("words", words)
	return fields
}

const strange = "Это “слово”\r\n\r\n<b>&amp; \"q\" նշան</b>"

// TestDraftTakenUp keeps what a script sends, offers it, takes it up and throws it away.
func TestDraftTakenUp(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	written := e.written(strange)
	e.post(draftsPath, written, http.StatusNoContent)
	page := e.get(complaintForm, http.StatusOK)
	if got := one(page, ".draft"); !strings.HasPrefix(got, "You were writing here") || !strings.Contains(got, "Это “слово” <b>&amp;") {
		t.Errorf("the notice says %q", got)
	}
	if fieldsOf(page.Find("form[data-draft]")).Get("words") != "" {
		t.Error("the form holds the draft before it was asked for")
	}
	take := page.Find(".draft a.button").AttrOr("href", "")
	taken := e.get(take, http.StatusOK)
	if got := fieldsOf(taken.Find("form[data-draft]")).Get("words"); got != strings.ReplaceAll(strange, "\r\n", "\n") {
		t.Errorf("taken up is %q", got)
	}
	if fieldsOf(taken.Find("form[data-draft]")).Get(draftField) != written.Get(draftField) {
		t.Error("the form goes on under another key than the draft that was taken up")
	}
	if e.get("/desk", http.StatusOK).Find("a[href='/desk/drafts']").Length() != 1 {
		t.Error("the inbox does not lead to the drafts")
	}
	if other := s.as(store.RoleAdmin).get(complaintForm, http.StatusOK); other.Find(".draft").Length() != 0 {
		t.Error("somebody else sees the draft")
	}
	asked := e.get(page.Find(`.draft a[href^="`+dropPath+`"]`).AttrOr("href", ""), http.StatusOK)
	if got := asked.Find(".sent dd").Last().Text(); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(strange), " ") {
		t.Errorf("before it is thrown away the page shows %q", got)
	}
	if e.get(complaintForm, http.StatusOK).Find(".draft").Length() != 1 {
		t.Error("it is thrown away before the answer")
	}
	_, to := e.post(dropPath, fieldsOf(asked.Find("main form")), http.StatusSeeOther)
	if to != complaintForm+"?done=thrown" || e.get(complaintForm, http.StatusOK).Find(".draft").Length() != 0 {
		t.Errorf("after it was thrown away: led on to %q", to)
	}
}

// TestDraftOfForm checks that a form which is refused leaves a draft without any script, and one that is saved takes it away.
func TestDraftOfForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	fields := e.written("words")
	e.post(complaintForm, fields, http.StatusUnprocessableEntity)
	if d, err := s.store.Draft(t.Context(), e.name, fields.Get(draftField)); err != nil || d.Fields.Get("words") != "words" || d.Fields.Has(draftField) || d.Fields.Has(versionField) {
		t.Errorf("draft %+v (%v)", d, err)
	}
	fields.Set("about", "/facts/x")
	e.post(complaintForm, fields, http.StatusSeeOther)
	if e.get(complaintForm, http.StatusOK).Find(".draft").Length() != 0 {
		t.Error("the draft is still there after it was saved")
	}
}

// TestDraftOfChanged takes a draft up that was begun on an older version: both texts are shown.
func TestDraftOfChanged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	fields := e.written("first")
	fields.Set("about", "/facts/x")
	_, to := e.post(complaintForm, fields, http.StatusSeeOther)
	at, _, _ := strings.Cut(to, "?")
	mine, theirs := fieldsOf(e.get(at, http.StatusOK).Find("form[data-draft]")), fieldsOf(e.get(at, http.StatusOK).Find("form[data-draft]"))
	mine.Set("words", "mine")
	e.post(draftsPath, mine, http.StatusNoContent)
	theirs.Set("words", "theirs")
	s.as(store.RoleContributor).post(at, theirs, http.StatusSeeOther)
	page := e.get(takeHref(mine.Get(draftField)), http.StatusOK)
	if got := one(page, ".theirs blockquote"); got != "theirs" {
		t.Errorf("beside the draft stands %q", got)
	}
	again := fieldsOf(page.Find("form[data-draft]"))
	if again.Get("words") != "mine" {
		t.Errorf("the form holds %q", again.Get("words"))
	}
	e.post(at, again, http.StatusSeeOther)
	if got := fieldsOf(e.get(at, http.StatusOK).Find("form[data-draft]")).Get("words"); got != "mine" {
		t.Errorf("saved is %q", got)
	}
}

// TestDraftOfSessionOver sends a form when the session is over: after the login it is taken up where it was.
func TestDraftOfSessionOver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	fields := e.written(strange)
	s.sql(`UPDATE sessions SET seen_at = now() - interval '13 hours'`)
	_, to := e.post(complaintForm, fields, http.StatusSeeOther)
	u, err := url.Parse(to)
	if err != nil || u.Path != LoginPath || u.Query().Get("next") != takeHref(fields.Get(draftField)) {
		t.Fatalf("led on to %q", to)
	}
	token, err := s.store.StartSession(t.Context(), e.name, "another")
	if err != nil {
		t.Fatal(err)
	}
	e.token = token
	if got := fieldsOf(e.get(u.Query().Get("next"), http.StatusOK).Find("form[data-draft]")).Get("words"); got != strings.ReplaceAll(strange, "\r\n", "\n") {
		t.Errorf("after the login the form holds %q", got)
	}
}

// TestDraftOfSessionUnknown sends a form when nobody knows whose the session was: the answer has all of it, to be sent again.
func TestDraftOfSessionUnknown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	fields := e.written(strange)
	fields.Set("about", "/facts/x")
	fields["twice"] = []string{"a", "b"}
	token := e.token
	if err := s.store.EndSession(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	page, _ := e.post(complaintForm, fields, http.StatusUnauthorized)
	form := page.Find("main form")
	again := fieldsOf(form)
	for name, want := range fields {
		if strings.Join(again[name], "|") != strings.ReplaceAll(strings.Join(want, "|"), "\r\n", "\n") {
			t.Errorf("%s is %q, want %q", name, again[name], want)
		}
	}
	var err error
	if e.token, err = s.store.StartSession(t.Context(), e.name, "another"); err != nil {
		t.Fatal(err)
	}
	delete(again, "twice")
	e.post(form.AttrOr("action", ""), again, http.StatusSeeOther)
	if p, err := s.store.Complaints(t.Context(), true, 0); err != nil || len(p.Complaints) != 1 {
		t.Errorf("%d complaints (%v)", len(p.Complaints), err)
	}
	// What is secret is typed again.
	e.token = ""
	page, _ = e.post("/desk/account/password", url.Values{"old": {"very secret"}, "new": {"very secret"}, "again": {"very secret"}}, http.StatusUnauthorized)
	if n := page.Find(`main form input[type="password"]`).Length(); n != 3 || strings.Contains(page.Text(), "very secret") {
		t.Errorf("%d fields for a password, and the page says %q", n, page.Text())
	}
}

// TestDraftHostile sends drafts that are none.
func TestDraftHostile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	e := s.as(store.RoleContributor)
	for _, key := range []string{"", "x", "/desk", "/facts/x", "//evil.example/desk/x", "/desk/../x", `/desk/\x`, "https://evil.example/desk/x", "/desk/login", "/desk/a\x00", "/desk/\xff", "/desk/" + strings.Repeat("x", 300), "/desk/x#", "/desk/x#A", "/desk/x#a#b", "/desk/x#" + strings.Repeat("a", 21)} {
		e.post(draftsPath, url.Values{draftField: {key}}, http.StatusBadRequest)
		e.post(dropPath, url.Values{"form": {key}}, http.StatusBadRequest)
		e.get(dropHref(key, false), http.StatusNotFound)
	}
	e.post(draftsPath, url.Values{draftField: {complaintForm, complaintForm}}, http.StatusBadRequest)
	e.post(draftsPath, url.Values{draftField: {complaintForm}, "words": {strings.Repeat("x", store.LargestDraft)}}, http.StatusRequestEntityTooLarge)
	e.post(draftsPath, url.Values{draftField: {complaintForm}, "words": {"a\x00b\xffc"}, "\xff": {"x"}, versionField: {"99999999999999"}}, http.StatusNoContent)
	page := e.get(complaintForm+"?draft=take", http.StatusOK)
	if got := fieldsOf(page.Find("form[data-draft]")).Get("words"); got != "a\uFFFDb\uFFFDc" {
		t.Errorf("taken up is %q", got)
	}
	if n := e.get("/desk/complaints/new?draft=x", http.StatusOK).Find(".draft a.button").Length(); n != 1 {
		t.Error("the notice is gone")
	}
	foreign, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.url+draftsPath, strings.NewReader("draft=/desk/x"))
	if err != nil {
		t.Fatal(err)
	}
	foreign.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	if response, _ := e.do(foreign); response.StatusCode != http.StatusForbidden {
		t.Errorf("a draft of another site: status %d", response.StatusCode)
	}
}
