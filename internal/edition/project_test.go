package edition

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProject(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	body, err := Read(seal(t, content, 1))
	if err != nil {
		t.Fatal(err)
	}
	p := Project(body, 17)

	f := p.Fact
	if f.Fact != "ferry-line" || f.Number != 1 || f.PublishedAt != "2031-06-01T12:00:01Z" || f.Title != content.Title || f.LatestClaim != "2031-04-15" ||
		f.Dispute != (NounRow{Slug: "islands", Title: "The two islands"}) || f.Claims != 16 || f.Articles != 2 {
		t.Errorf("fact %+v", f)
	}
	if len(f.Bands) != 2 || len(f.Bands[0].Question) != 0 || f.Bands[1].Question.String() != "What stopped it?" {
		t.Errorf("bands %+v, want the fact's own without a question, and the aspect's", f.Bands)
	}
	if got, want := f.Bands[0].Heads[1], (HeadRow{"running", "B", 2, content.Bands[0].Heads[1].Label}); cmp.Diff(want, got) != "" {
		t.Errorf("head %+v, want %+v", got, want)
	}

	if len(p.Claims) != 16 {
		t.Fatalf("%d claims, want 16", len(p.Claims))
	}
	row := p.Claims[0]
	if row.Claim.Code != string(code(stopped)) || row.LogIndex != 17 || row.Article.Slug != "wire-april" || row.Outlet != "Quay Wire" ||
		row.SourceName != "Minister of Southland" || row.EventTitle != "" || row.InTheArticle == "" || row.Original == "" {
		t.Errorf("claim %+v", row)
	}
	label := func(band, head int) Text { return content.Bands[band].Heads[head].Label }
	if want := []Stand{
		{"", Text{}, "stopped", "A", 1, label(0, 0), "asserted"},
		{"by-whom", content.Bands[1].Question, "north", "A", 1, label(1, 0), "presupposed"},
	}; cmp.Diff(want, row.Stands) != "" {
		t.Errorf("stands (-want +got):\n%s", cmp.Diff(want, row.Stands))
	}
	i := slices.IndexFunc(p.Claims, func(c ClaimRow) bool { return c.Claim.Code == string(code(relayed)) })
	if got, want := p.Claims[i].Stands, []Stand{{Label: Text{}, AspectQuestion: Text{}, Mode: "concern"}}; cmp.Diff(want, got) != "" {
		t.Errorf("a claim without a position stands (-want +got):\n%s", cmp.Diff(want, got))
	}
	if got, want := p.Claims[i].EventTitle, "Call of the minister and the envoy"; got != want {
		t.Errorf("event %q, want %q", got, want)
	}
	own := slices.IndexFunc(p.Claims, func(c ClaimRow) bool { return c.Claim.Code == string(code(ownVoice)) })
	if got, want := p.Claims[own].SourceName, "Quay Wire"; got != want {
		t.Errorf("an outlet's own voice has the source %q, want %q", got, want)
	}

	var nouns []string
	for _, n := range p.Nouns {
		nouns = append(nouns, string(n.Kind)+" "+n.Slug)
	}
	if want := []string{
		"dispute islands", "article daily-march", "article wire-april", "article unidentified-may",
		"outlet island-daily", "outlet quay-wire", "outlet unidentified",
		"source captains", "source envoy", "source north-minister", "source north-office", "source south-minister", "source south-ministry",
		"party league", "party north", "party south", "event call", "event hearing", "place north-quay", "record log-book",
	}; !slices.Equal(nouns, want) {
		t.Errorf("nouns %q, want %q", nouns, want)
	}

	first, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	second, err := json.Marshal(Project(body, 17))
	if err != nil || string(first) != string(second) {
		t.Errorf("the same edition gives two projections (%v)", err)
	}
}
