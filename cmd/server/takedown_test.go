package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
)

// withMarks is the quarrel over the bridge with a word that stands in one passage alone and one in one name alone.
func withMarks() narrative.Collection {
	c := narrativetest.Bridge()
	c.Facts[0].Positions[0].Label = "It was shut."
	block := &c.Articles[0].Blocks[0]
	block.Text = strings.Replace(block.Text, "closed the bridge", "closed the quizzelbridge", 1)
	block.Claims[0].Words[0] = "The council has closed the quizzelbridge"
	for i := range c.Sources {
		if c.Sources[i].Slug == "envoy" {
			c.Sources[i].Name, c.Sources[i].Printed = "Ada Vexmoor", []string{"Envoy Vexmoor"}
		}
	}
	return c
}

// TestTakedown takes a passage and a person down, and looks for them in exports, after an import of the same files, after
// a publication, and in another database.
func TestTakedown(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	text := strings.Replace(fullText, "closed the bridge", "closed the quizzelbridge", 1) + "\n\nNobody asked Envoy Vexmoor.\n"
	folder := writeFiles(t, corpusFolder(t, withMarks()), map[string][]byte{"bridge-closed.txt": []byte(text)})
	succeed(t, d.settings, "import", folder, "--publish", "--reason", "First")
	older := filepath.Join(t.TempDir(), "older")
	succeed(t, d.settings, "export", older, "--private")
	if words := strings.Join(valuesOf(readTree(t, older)), ""); !strings.Contains(words, "quizzelbridge") || !strings.Contains(words, "Vexmoor") {
		t.Fatal("the marks are nowhere")
	}

	if _, err := d.MakeNewsroomEdition(t.Context(), "bridge-open", "ada", "before the call with Vexmoor"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Receive(t.Context(), store.Receipt{Format: "text", Original: []byte("Envoy Vexmoor came."), At: time.Now(), Actor: "ada"}); err != nil {
		t.Fatal(err)
	}
	if c := succeed(t, d.settings, "verify"); !strings.Contains(c.stdout, "\nunaltered since they were made: 1 newsroom edition\n") {
		t.Errorf("verify says %s", c.stdout)
	}
	if c := succeed(t, d.settings, "takedown", "claim", narrativetest.Closed, "--reason", "A court asked", "--dry-run"); !strings.Contains(c.stdout, "withheld in: edition 1 of bridge-open") ||
		!strings.HasSuffix(c.stdout, "dry run: nothing was changed\n") {
		t.Errorf("a dry run says:\n%s", c.stdout)
	}
	if c := succeed(t, d.settings, "verify"); strings.Contains(c.stdout, "erased") {
		t.Errorf("after a dry run verify says %s", c.stdout)
	}
	var done takenDown
	c := succeed(t, d.settings, "takedown", "claim", narrativetest.Closed, "--reason", "A court asked", "--json")
	if err := json.Unmarshal([]byte(c.stdout), &done); err != nil {
		t.Fatal(err)
	}
	if len(done.Editions) != 1 || len(done.Removed) != 2 || done.Removed[1] != narrativetest.Closed || done.Texts != 2 || len(done.Problems) != 0 {
		t.Errorf("done: %s", c.stdout) // the other claim has two of the words
	}
	if c := succeed(t, d.settings, "takedown", "source", "envoy", "--reason", "The person asked"); !strings.Contains(c.stdout, "in the place of the person's slug stands withheld-") ||
		!strings.Contains(c.stdout, "emptied: /desk/arrivals/1, which came in\n") || !strings.Contains(c.stdout, "entries of the desk's log blanked: ") {
		t.Errorf("taking a person down says:\n%s", c.stdout)
	}
	var v verified
	if err := json.Unmarshal([]byte(succeed(t, d.settings, "verify", "--json").stdout), &v); err != nil || v.Newsroom == nil || *v.Newsroom != (verifiedNewsroom{1, 1}) {
		t.Errorf("verify says of the newsroom %+v (%v)", v.Newsroom, err)
	}
	absent := func(when string, d desk) string {
		t.Helper()
		succeed(t, d.settings, "verify")
		out := filepath.Join(t.TempDir(), "export")
		succeed(t, d.settings, "export", out, "--private")
		for name, body := range readTree(t, out) {
			for _, mark := range []string{"quizzel", "Vexmoor", "vexmoor"} {
				if strings.Contains(body, mark) || strings.Contains(name, mark) {
					t.Errorf("%s, %s has %q", when, name, mark)
				}
			}
		}
		return out
	}
	absent("taken down", d)
	// The files say what they said: what the desk has taken away stays away.
	if c := invoke(t, d.settings, "import", folder); c.status == 0 {
		absent("imported again", d)
	} else if !strings.Contains(c.stderr, "nothing was changed") && !strings.Contains(c.stderr, "does not take it") {
		t.Errorf("imported again: %s", c.stderr)
	}
	if c := invoke(t, d.settings, "import", folder, "--theirs"); c.status == 0 {
		t.Errorf("files that still have a claim that was taken down were taken whole:\n%s", c.stdout)
	}
	absent("imported again with --theirs", d)
	succeed(t, d.settings, "publish", "--all", "--reason", "Without it")
	out := absent("published again", d)
	other := newDesk(t)
	succeed(t, other.settings, "import", out)
	absent("in another database", other)

	succeed(t, d.settings, "takedown", "edition", "bridge-open", "1", "--reason", "All of it")
	if c := succeed(t, d.settings, "verify"); !strings.Contains(c.stdout, "of which 1 erased on the record") {
		t.Errorf("verify says %s", c.stdout)
	}
	refused(t, d.settings, 2, "--reason is needed", "takedown", "claim", narrativetest.Open)
	refused(t, d.settings, 2, "is no code", "takedown", "claim", "7K3", "--reason", "r")
	refused(t, d.settings, 2, "is no slug", "takedown", "article", "A b", "--reason", "r")
	refused(t, d.settings, 1, "not found", "takedown", "source", "nobody", "--reason", "r")
	refused(t, d.settings, 1, "an outlet", "takedown", "source", "courier", "--reason", "r")
	refused(t, d.settings, 2, "the slug of the fact", "takedown", "edition", "bridge-open", "0", "--reason", "r")
}

func valuesOf(m map[string]string) []string {
	var list []string
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// TestWithdraw withdraws a fact, brings it back, and carries its fate into another database.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := narrativetest.Bridge()
	second := c.Facts[0]
	second.Slug, second.Question, second.Points, second.Gaps = "toll-paid", "Was the toll paid?", nil, nil
	c.Facts = append(c.Facts, second)
	succeed(t, d.settings, "import", corpusFolder(t, c), "--publish", "--reason", "First")
	if c := succeed(t, d.settings, "withdraw", "toll-paid", "--reason", "It is the same question", "--into", "bridge-open"); !strings.Contains(c.stdout, "merged into bridge-open, by edition 2") {
		t.Errorf("withdraw says %s", c.stdout)
	}
	if c := succeed(t, d.settings, "publish", "--all", "--reason", "x"); !strings.Contains(c.stdout, "nothing new in 2 facts") {
		t.Errorf("publish --all says %s", c.stdout)
	}
	refused(t, d.settings, 1, "not on the lists", "withdraw", "toll-paid", "--reason", "again")
	succeed(t, d.settings, "verify")
	out := filepath.Join(t.TempDir(), "export")
	succeed(t, d.settings, "export", out)
	other := newDesk(t)
	succeed(t, other.settings, "import", out)
	succeed(t, other.settings, "verify")
	if e, err := other.Edition(t.Context(), "toll-paid", 1); err != nil || e.Fate.Into != "bridge-open" {
		t.Errorf("in another database its fate is %+v (%v)", e.Fate, err)
	}
	if c := succeed(t, d.settings, "publish", "toll-paid", "--reason", "It is not"); !strings.Contains(c.stdout, "published edition 3 of toll-paid") {
		t.Errorf("publish says %s", c.stdout)
	}
	var done withdrawn
	if err := json.Unmarshal([]byte(succeed(t, d.settings, "withdraw", "toll-paid", "--reason", "Nobody asks", "--json").stdout), &done); err != nil ||
		done != (withdrawn{Fact: "toll-paid", Number: 4}) {
		t.Errorf("withdrawn: %+v (%v)", done, err)
	}
	refused(t, d.settings, 2, "--reason is needed", "withdraw", "bridge-open")
	refused(t, d.settings, 2, "in itself", "withdraw", "bridge-open", "--into", "bridge-open", "--reason", "r")
	refused(t, d.settings, 2, "is no slug", "withdraw", "A", "--reason", "r")
}
