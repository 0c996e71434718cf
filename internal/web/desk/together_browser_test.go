package desk

import (
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"counterclaim/internal/store"
)

// draftsHold waits until what is kept of a form begins with words, the latest first.
func (tb *tagger) draftsHold(account, address string, words ...string) {
	tb.t.Helper()
	var got []string
	for giveUp := time.Now().Add(10 * time.Second); time.Now().Before(giveUp); time.Sleep(20 * time.Millisecond) {
		list, err := tb.site.store.Drafts(tb.t.Context(), account, address)
		if err != nil {
			tb.t.Fatal(err)
		}
		got = nil
		for _, d := range list {
			got = append(got, d.Excerpt)
		}
		if slices.Equal(got, words) {
			return
		}
	}
	tb.t.Fatalf("the drafts hold %q, want %q", got, words)
}

// onlyAccount is the name of the one account that there is.
func (s *site) onlyAccount() string {
	s.t.Helper()
	accounts, err := s.store.Accounts(s.t.Context())
	if err != nil || len(accounts) != 1 {
		s.t.Fatalf("%d accounts (%v)", len(accounts), err)
	}
	return accounts[0].Name
}

// TestDraftsInBrowser types, goes away without a word, comes back and types without taking up what is there, takes it up, and
// saves it.
func TestDraftsInBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tb := newTagger(t, s, store.RoleContributor)
	name := s.onlyAccount()
	tb.open(complaintForm)
	tb.do(chromedp.Focus("#f-words"), chromedp.KeyEvent("Слово за слово"))
	tb.draftsHold(name, complaintForm, "Слово за слово")
	tb.do(chromedp.KeyEvent(", and more"))
	tb.open(draftsPath) // at once, before the typing has stopped for a second
	tb.draftsHold(name, complaintForm, "Слово за слово, and more")
	tb.open(complaintForm)
	tb.do(chromedp.Focus("#f-words"), chromedp.KeyEvent("something else"))
	tb.draftsHold(name, complaintForm, "something else", "Слово за слово, and more")
	tb.open(complaintForm)
	tb.click(".draft li:last-child a.button")
	tb.await("the text", `document.querySelector("#f-words").value === "Слово за слово, and more"`)
	tb.do(chromedp.Focus("#f-about"), chromedp.KeyEvent("/facts/x"))
	tb.click("form[data-draft] button")
	tb.await("the saved complaint", `document.querySelector(".done")?.textContent === "Saved."`)
	tb.draftsHold(name, complaintForm, "something else")
	tb.blameless()
}
