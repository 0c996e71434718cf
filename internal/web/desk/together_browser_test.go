package desk

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// draftHolds waits until the draft of a form holds words; "" waits until there is none.
func (tb *tagger) draftHolds(account, form, words string) {
	tb.t.Helper()
	got := ""
	for giveUp := time.Now().Add(10 * time.Second); time.Now().Before(giveUp); time.Sleep(20 * time.Millisecond) {
		d, err := tb.site.store.Draft(tb.t.Context(), account, form)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			tb.t.Fatal(err)
		}
		if got = d.Fields.Get("words"); got == words {
			return
		}
	}
	tb.t.Fatalf("the draft holds %q, want %q", got, words)
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

// TestDraftsInBrowser types, goes away without a word, comes back, and saves.
func TestDraftsInBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tb := newTagger(t, s, store.RoleContributor)
	name := s.onlyAccount()
	tb.open(complaintForm)
	tb.do(chromedp.Focus("#f-words"), chromedp.KeyEvent("Слово за слово"))
	tb.draftHolds(name, complaintForm, "Слово за слово")
	tb.do(chromedp.KeyEvent(", and more"))
	tb.open(draftsPath) // at once, before the typing has stopped for a second
	tb.draftHolds(name, complaintForm, "Слово за слово, and more")
	tb.open(complaintForm)
	tb.click(".draft a")
	tb.await("the text", `document.querySelector("#f-words").value === "Слово за слово, and more"`)
	tb.do(chromedp.Focus("#f-about"), chromedp.KeyEvent("/facts/x"))
	tb.click("form[data-draft] button")
	tb.await("the saved complaint", `document.querySelector(".done")?.textContent === "Saved."`)
	tb.draftHolds(name, complaintForm, "")
	tb.blameless()
}

// TestTogetherLooks opens every page of what editors do together, narrow and wide, in both schemes: none scrolls sideways, none
// has a fault in the console, no target is too small, and axe-core finds nothing.
func TestTogetherLooks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := narrativetest.Bridge()
	c.Facts[0].Requests = []narrative.Request{
		{To: "council", Question: "Who closed [[bridge]]?", Asked: "2024-03-07T10:00+02:00", By: "e-mail", Deadline: "2024-03-08T10:00Z", State: narrative.RequestOpen},
	}
	s.load(c)
	script, err := os.ReadFile(filepath.Join("..", "..", "..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("%v; make tools installs what the tests need", err)
	}
	tb := newTagger(t, s, store.RoleEditor)
	name := s.onlyAccount()
	s.rename("A town of a name without an end, as long as any that was ever written on a map of these hills")
	s.sql(`UPDATE claims SET preset = '{voice,basis}'`)
	ctx := t.Context()
	fact := store.NounKey{Kind: narrative.KindFact, Key: "bridge-open"}
	for _, err := range []error{
		s.store.Watch(ctx, name, fact), s.store.Watch(ctx, name, store.NounKey{Kind: store.KindDesk}),
		s.store.Assign(ctx, store.Assignment{NounKey: fact, Account: name, Note: "before Friday", Due: "2024-05-01", By: "bob"}),
		s.store.KeepDraft(ctx, name, store.Draft{Form: complaintForm, Fields: map[string][]string{"words": {"It was open."}}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	saved, err := s.store.SaveComplaint(ctx, store.Complaint{ReceivedAt: time.Now(), About: "/facts/bridge-open", Words: "It was open.", Sender: "A reader", Outcome: store.OutcomeNone, Reason: "It says so."}, name)
	if err != nil {
		t.Fatal(err)
	}
	s.sql(`INSERT INTO audit_log (actor, kind, key, action) VALUES ('bob', 'fact', 'bridge-open', 'change')`)
	log, err := s.store.NounLog(ctx, store.NounKey{Kind: narrative.KindParty, Key: "upper-town"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{
		"inbox": "/desk", "queue": "/desk/inbox/preset", "history": "/desk/facts/bridge-open/history", "party": "/desk/parties/upper-town/history",
		"past": "/desk/parties/upper-town/history/" + strconv.FormatInt(log.Entries[0].ID, 10) + "?side=before", "log": "/desk/log", "since": "/desk/watches/facts/bridge-open",
		"drafts": draftsPath, "requests": requestsPath, "complaints": complaintsPath + "?show=all", "complaint": complaintPath(strconv.FormatInt(saved.ID, 10)),
		"new": complaintForm, "taken": complaintForm + "?draft=take",
	}
	for _, look := range []struct {
		width  int
		scheme string
	}{{320, "light"}, {1440, "dark"}} {
		tb.look(look.width, look.scheme)
		for page, path := range pages {
			tb.open(path)
			if wide := ask[int](tb, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
				t.Errorf("%s at %d: scrolls sideways by %d", page, look.width, wide)
			}
			small := ask[[]string](tb, `[...document.querySelectorAll("main a, main button, main input:not([type=hidden]), main select, main summary")]
				.filter(e => e.checkVisibility() && getComputedStyle(e).display !== "inline" && e.getBoundingClientRect().height < 23.9).map(e => e.outerHTML.slice(0, 120))`)
			if len(small) > 0 {
				list, _ := json.Marshal(small)
				t.Errorf("%s at %d: too small: %s", page, look.width, list)
			}
			ask[chromedp.Void](tb, string(script))
			for _, v := range ask[[]string](tb, `axe.run(document, {runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}).then(r =>
				r.violations.flatMap(v => v.nodes.slice(0, 5).map(n => v.id + ": " + n.target.join(" ") + ": " + n.any.concat(n.all, n.none).map(c => c.message).join("; "))))`) {
				t.Errorf("%s at %d: %s", page, look.width, v)
			}
			tb.shot("together-" + page + "-" + strconv.Itoa(look.width))
		}
	}
	tb.blameless()
}
