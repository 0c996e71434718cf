package main

import (
	"encoding/csv"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"counterclaim/articles"
	"counterclaim/internal/corpus"
	"counterclaim/internal/narrative"
)

// practiceSays is what every page says on which nothing is real.
const practiceSays = "Invented for practice"

// TestPractice loads the dispute for practice into a desk that holds the shipped corpus, and publishes it: every claim is
// anchored in a full text, nothing else of the desk is changed or published, and doing it again does nothing.
func TestPractice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	succeed(t, d.settings, "import", "../../articles", "--publish", "--reason", "First")
	atDesk := d.holds(t)
	atDesk.Facts[0].Question = "Is this sentence one that waits at the desk?"
	d.change(t, narrative.Collection{Facts: atDesk.Facts[:1]})
	before := d.holds(t)
	practice, err := corpus.Read(articles.Practice)
	if err != nil {
		t.Fatal(err)
	}

	c := succeed(t, d.settings, "import", "--practice", "--dry-run")
	if !strings.Contains(c.stdout, "5 texts cleaned, none stored") || !strings.Contains(c.stdout, "dry run: nothing was changed") {
		t.Errorf("a dry run says:\n%s", c.stdout)
	}
	if diff := cmp.Diff(before, d.holds(t)); diff != "" {
		t.Errorf("a dry run has changed the tables:\n%s", diff)
	}

	var result imported
	c = succeed(t, d.settings, "import", "--practice", "--publish", "--reason", "For practice", "--json")
	if err := json.Unmarshal([]byte(c.stdout), &result); err != nil {
		t.Fatal(err)
	}
	if result.Texts == nil || len(result.Texts.Articles) != 5 || result.Texts.NotAnchored != 0 || result.Texts.Claims < 25 {
		t.Errorf("of the full texts import --practice says %+v, want five with all claims anchored", result.Texts)
	}
	if result.Published == nil || len(result.Published.Facts) != len(practice.Facts) {
		t.Fatalf("published is %+v, want the %d facts for practice alone", result.Published, len(practice.Facts))
	}
	for _, f := range result.Published.Facts {
		if _, ok := practice.Index().Fact(f.Fact); !ok || f.Number != 1 || !f.New {
			t.Errorf("published is %+v, want the first edition of a fact for practice", f)
		}
	}
	want := documents(before)
	maps.Copy(want, documents(practice))
	if diff := cmp.Diff(want, documents(d.holds(t))); diff != "" {
		t.Errorf("the desk does not hold what it had and what is for practice:\n%s", diff)
	}

	c = succeed(t, d.settings, "import", "--practice", "--publish", "--reason", "Again")
	for _, want := range []string{"corpus: 0 new, 0 changed, 0 kept", "anchored", "nothing new in 4 facts"} {
		if !strings.Contains(c.stdout, want) {
			t.Errorf("a second time import --practice says\n%s\nwithout %q", c.stdout, want)
		}
	}
	succeed(t, d.settings, "verify")
}

// TestPracticeUnasked: a server that starts on an empty database has nothing that was invented.
func TestPracticeUnasked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	server := start(t, d.settings...)
	for _, path := range []string{"/", "/facts", "/articles"} {
		status, body := server.get(path)
		if status != http.StatusOK || strings.Contains(body, practiceSays) || strings.Contains(body, "Ninnow") {
			t.Errorf("%s has status %d and shows what is for practice, unasked", path, status)
		}
	}
	c := d.holds(t)
	for _, dispute := range c.Disputes {
		if dispute.Fiction {
			t.Errorf("the dispute %s is loaded, unasked", dispute.Slug)
		}
	}
	if len(c.Disputes) == 0 {
		t.Error("the server has loaded nothing at all")
	}
}

// TestPracticeSaysSo follows all links of a site that has the dispute for practice alone: whatever names one of its places
// says that it is invented.
func TestPracticeSaysSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	succeed(t, d.settings, "import", "--practice", "--publish", "--reason", "For practice")
	server := start(t, d.settings...)
	shows := regexp.MustCompile(`Ninnow|Quellmar|Tasswick|Umbery`)
	says := regexp.MustCompile(`[Ii]nvented for practice|"fiction": ?true`)
	pages := 0
	server.crawl(func(path, body string) {
		if !shows.MatchString(body) {
			return
		}
		pages++
		if strings.HasSuffix(path, ".csv") {
			rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			invented := slices.Index(rows[0], "invented")
			if invented < 0 || slices.ContainsFunc(rows[1:], func(row []string) bool { return row[invented] != "true" }) {
				t.Errorf("%s has a row that does not say that it is invented", path)
			}
			return
		}
		if !says.MatchString(body) {
			t.Errorf("%s does not say that it is invented", path)
		}
	})
	if pages < 100 {
		t.Errorf("%d pages show something that is for practice, want at least 100", pages)
	}
}

// documents returns the nouns of a collection as files write them.
func documents(c narrative.Collection) map[corpus.NounKey]string {
	docs := map[corpus.NounKey]string{}
	for _, noun := range corpus.Nouns(c) {
		docs[noun.NounKey] = noun.Doc
	}
	return docs
}
