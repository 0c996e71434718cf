package edition

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
)

// copied adds an article of another outlet that prints others again, with a claim of the wire's own voice and one of somebody
// whom it quotes.
func copied(c *narrative.Collection, slug narrative.Slug, n int, published narrative.Date, of ...narrative.Slug) {
	outlet := slug + "-paper"
	c.Outlets = append(c.Outlets, narrative.Outlet{Slug: outlet, Name: "Paper of " + string(slug)})
	c.Articles = append(c.Articles, narrative.Article{
		Slug: slug, Outlet: outlet, Kind: narrative.Report, Headline: "Head of " + string(slug), HeadlineBy: narrative.ByArticle, Language: "en", Published: published, ReprintOf: of,
		Blocks: []narrative.Block{
			{Text: "the cold did it", Claims: []narrative.Claim{{
				Code: code(n), Source: "south-minister", Voice: narrative.Paraphrase, Chain: []narrative.Hop{hop(string(outlet), narrative.RoleOutlet, "said")},
				Stances: []narrative.Stance{{Fact: "ferry-line", Aspect: "by-whom", Position: "cold", Mode: narrative.Asserted}},
			}}},
			{Text: "frost held the pier", Claims: []narrative.Claim{{
				Code: code(n + 1), Source: outlet, Voice: narrative.OutletVoice,
				Stances: []narrative.Stance{{Fact: "ferry-line", Aspect: "by-whom", Position: "frost", Mode: narrative.Asserted}},
			}}},
		},
	})
}

// frozen is the ferry line with a piece of one outlet, and with positions that nobody else takes.
func frozen() narrative.Collection {
	c := collection()
	c.Facts[0].Aspects[0].Positions = append(c.Facts[0].Aspects[0].Positions,
		narrative.Position{Slug: "cold", Label: "The cold did"}, narrative.Position{Slug: "frost", Label: "The frost did"})
	copied(&c, "wire", 40, given("2031-03-01"))
	return c
}

// TestFiveOutletsOnOnePieceAreOneOrigin: without an occasion, five outlets that print one piece again, one of them through
// another, are one origin with it, in the words that it quotes and in those of its own voice.
func TestFiveOutletsOnOnePieceAreOneOrigin(t *testing.T) {
	t.Parallel()
	c := frozen()
	for i, slug := range []narrative.Slug{"alpha", "beta", "gamma", "delta"} {
		copied(&c, slug, 50+10*i, given("2031-03-02"), "wire")
	}
	copied(&c, "omega", 90, given("2031-03-03"), "delta")
	content := compile(t, c, nil)
	got := content.gap("One origin only")
	for _, want := range []string{"“The cold did”: 6 passages, one origin, Minister of Southland.", "“The frost did”: 6 passages, one origin, Paper of wire."} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
	for _, n := range []int{50, 60, 70, 80, 90} {
		for i := range 2 {
			if got, want := content.claim(t, n+i).Origin, content.claim(t, 40+i).Origin; got != want {
				t.Errorf("claim %d has the origin %q, want %q", n+i, got, want)
			}
		}
	}

	for i := range c.Articles {
		c.Articles[i].ReprintOf = nil
	}
	if got := compile(t, c, nil).gap("One origin only"); strings.Contains(got, "passages") {
		t.Errorf("pieces that nobody prints again are one origin: %q", got)
	}
}

// TestReprintWithAnOccasion: where an occasion is known it is the origin, whoever printed whom.
func TestReprintWithAnOccasion(t *testing.T) {
	t.Parallel()
	c := frozen()
	copied(&c, "alpha", 50, given("2031-03-02"), "wire")
	for i := range c.Articles {
		if a := &c.Articles[i]; a.Slug == "alpha" {
			a.Blocks[0].Claims[0].Event, a.Blocks[1].Claims[0].Event = "call", "call"
		}
	}
	content := compile(t, c, nil)
	for n, want := range map[int]string{50: "south-minister at event call", 51: "wire-paper at event call", 40: "south-minister in article wire", 41: "wire-paper in article wire"} {
		if got := content.claim(t, n).Origin; got != want {
			t.Errorf("claim %d has the origin %q, want %q", n, got, want)
		}
	}
}

// TestReprintText: the sentence names what is printed again by the order in which it came out, and what it is counted with
// where that is not plain; in any order of the lists it is the same.
func TestReprintText(t *testing.T) {
	t.Parallel()
	c := frozen()
	copied(&c, "later", 50, given("2031-03-05"))
	copied(&c, "undated", 60, narrative.Date{Basis: narrative.Unknown, Reason: "no day"})
	copied(&c, "second", 70, given("2031-03-06"), "wire")
	copied(&c, "third", 80, given("2031-03-07"), "second")
	copied(&c, "mixed", 90, given("2031-03-08"), "undated", "later", "wire")
	copied(&c, "of-desk", 100, given("2031-03-13"), "daily-march")
	for i := range c.Articles {
		if c.Articles[i].Slug == "undated" {
			c.Articles[i].Blocks, c.Articles[i].Language = nil, "fa" // so that it is not on the page
		}
	}
	content := compile(t, c, nil)
	articles := map[string]Article{}
	for _, a := range content.Articles {
		articles[a.Slug] = a
	}
	const wire = "“Head of wire” (Paper of wire, 1 March 2031)"
	for slug, want := range map[string]string{
		"wire":    "",
		"second":  "Prints again " + wire + ".",
		"third":   "Prints again “Head of second” (Paper of second, 6 March 2031). Counted as one origin with " + wire + ".",
		"mixed":   "Prints again " + wire + ", “Head of later” (Paper of later, 5 March 2031) and “Head of undated” (Paper of undated, day not known). Counted as one origin with " + wire + ".",
		"of-desk": "Prints again “The line” (Island Daily, 12 March 2031; headline by the desk).",
	} {
		if got := articles[slug].Reprint.String(); got != want {
			t.Errorf("%s: %q, want %q", slug, got, want)
		}
	}
	if got, want := articles["third"].ReprintOf, []string{"second", "wire"}; !slices.Equal(got, want) {
		t.Errorf("third names %q, want %q", got, want)
	}
	links := map[string]RunKind{}
	for _, r := range articles["mixed"].Reprint {
		if r.Kind != "" || r.Lang != "" {
			links[r.Text] = r.Kind
		}
	}
	if links["Head of wire"] != RunArticle || links["Paper of wire"] != RunOutlet || links["Head of undated"] != "" || len(links) != 5 {
		t.Errorf("runs that name something: %v", links)
	}
	if content.claim(t, 90).Origin != content.claim(t, 40).Origin {
		t.Errorf("of several pieces the first is not counted: %q", content.claim(t, 90).Origin)
	}

	first, err := Canonical(content)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(c.Articles)
	for i := range c.Articles {
		slices.Reverse(c.Articles[i].ReprintOf)
	}
	if second, err := Canonical(compile(t, c, nil)); err != nil || !bytes.Equal(first, second) {
		t.Errorf("in another order of the lists the content is another (%v)", err)
	}
}

// TestReprintsInARound: a desk that broke the rule is counted all the same, in one way.
func TestReprintsInARound(t *testing.T) {
	t.Parallel()
	c := frozen()
	copied(&c, "alpha", 50, given("2031-02-27"), "beta")
	copied(&c, "beta", 60, given("2031-02-28"), "alpha")
	copied(&c, "gamma", 70, given("2031-02-01"), "beta", "gamma")
	content := compile(t, c, nil)
	for n, want := range map[int]string{50: "alpha", 60: "alpha", 70: "gamma"} {
		if got := content.claim(t, n).Origin; got != "south-minister in article "+want {
			t.Errorf("claim %d has the origin %q, want that of %s", n, got, want)
		}
	}
}

// TestReprintOfNothing: a piece that is not there makes no edition.
func TestReprintOfNothing(t *testing.T) {
	t.Parallel()
	c := frozen()
	c.Articles[0].ReprintOf = []narrative.Slug{"nowhere"}
	if _, err := Compile(c, "ferry-line", nil); err == nil || !strings.Contains(err.Error(), `no article "nowhere"`) {
		t.Errorf("error %v", err)
	}
}

// TestTakeDownAPrintedPiece: the headline of a piece that is taken down goes from the sentence of an article that prints it
// again, also where the piece is not one of the page's and its headline is a single word.
func TestTakeDownAPrintedPiece(t *testing.T) {
	t.Parallel()
	c := frozen()
	c.Articles[len(c.Articles)-1].Headline, c.Articles[len(c.Articles)-1].Blocks = "Frozen", nil
	copied(&c, "alpha", 50, given("2031-03-02"), "wire")
	body := seal(t, compile(t, c, nil), 1)
	take := TakeArticle("wire")
	take.LearnDesk(c)
	left, held, err := take.Apply(body, Redaction{"2031-06-02T00:00:00Z", "a court asked"})
	if err != nil || !held || bytes.Contains(left, []byte("Frozen")) {
		t.Fatalf("held %v, %v:\n%s", held, err, left)
	}
	if !bytes.Contains(left, []byte("Prints again “[withheld]” (Paper of wire, 1 March 2031).")) {
		t.Errorf("the sentence is gone:\n%s", left)
	}
}
