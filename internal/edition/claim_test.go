package edition

import (
	"slices"
	"strings"
	"testing"

	"counterclaim/internal/narrative"
)

func TestWho(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	for _, tt := range []struct {
		name  string
		claim int
		want  string
	}{
		{"a paraphrase through a statement, with the outlet's own verb", runs,
			"Minister of Northland, minister of ports of Northland, in a statement by Northland’s harbour office; Island Daily, paraphrasing (“told”):"},
		{"without a verb", whole, "Minister of Northland, in a statement by Northland’s harbour office; Island Daily, paraphrasing:"},
		{"a quotation, and a name printed otherwise", stopped, "Minister of Southland (“Minister for Southland’s ports” in the article), quoted by Quay Wire:"},
		{"a relay of another party's view", relayed, "Northland’s harbour office, on what Envoy of the League said; quoted by Island Daily:"},
		{"the outlet's own voice", ownVoice, "Quay Wire writes, in its own voice:"},
		{"a joint assertion", jointA, "Minister of Southland, jointly with Envoy of the League, as told by the Ministry of Ports of Southland; Quay Wire, paraphrasing (“reported”):"},
		{"an inferred hop", offer, "Minister of Northland, by the account of Northland’s harbour office, inferred; Quay Wire, paraphrasing (“added”):"},
		{"an unnamed group", vague, "Many captains; Island Daily, paraphrasing:"},
		{"an outlet that could not be identified", unknown, "Ministry of Ports of Southland; the unidentified outlet, paraphrasing (“said”):"},
	} {
		if got := content.claim(t, tt.claim).Who.String(); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestWhoOfAJointRelay(t *testing.T) {
	t.Parallel()
	c := collection()
	joint := &c.Articles[1].Blocks[4].Claims[1] // the envoy's, now as the ministry's account
	joint.Source, joint.AttributedTo, joint.Voice, joint.Chain = "south-ministry", "envoy", narrative.DirectQuote, nil
	content := compile(t, c, nil)
	if got, want := content.claim(t, jointB).Who.String(), "Ministry of Ports of Southland, on what Envoy of the League said jointly with Minister of Southland; quoted by Quay Wire:"; got != want {
		t.Errorf("the relay: %q, want %q", got, want)
	}
	if got, want := content.claim(t, jointA).Who.String(), "Minister of Southland, jointly with Envoy of the League, as told by the Ministry of Ports of Southland; Quay Wire, paraphrasing (“reported”):"; got != want {
		t.Errorf("the other: %q, want %q", got, want)
	}
}

func TestNamesInASentence(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		kind narrative.SourceKind
		want string
	}{
		{"Ministry of Ports", narrative.Body, "the Ministry of Ports"},
		{"Office of the harbour master", narrative.Body, "the office of the harbour master"},
		{"Northland’s harbour office", narrative.Body, "Northland’s harbour office"},
		{"Northland, as “the north” or “the northern side”", narrative.Side, "Northland, as “the north” or “the northern side”"},
		{"The northern side", narrative.Side, "the northern side"},
		{"Northern authorities", narrative.Body, "the Northern authorities"},
		{"United Ports", narrative.Body, "United Ports"},
		{"Portwatch", narrative.Body, "Portwatch"},
		{"Many captains", narrative.UnnamedGroup, "many captains"},
		{"Northland captains", narrative.UnnamedGroup, "Northland captains"},
		{"Harbour Master", narrative.Person, "Harbour Master"},
	} {
		c := narrative.Collection{Sources: []narrative.Source{{Slug: "source", Name: tt.name, Kind: tt.kind}}}
		p := &page{index: c.Index(), sources: map[narrative.Slug]bool{}}
		if got := p.sourceRun("source").String(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestThrough(t *testing.T) {
	t.Parallel()
	p := &page{index: collection().Index(), sources: map[narrative.Slug]bool{}, parties: map[narrative.Slug]bool{}, outlets: map[narrative.Slug]bool{}}
	for _, tt := range []struct {
		hop  narrative.Hop
		want string
	}{
		{hop("envoy", narrative.RoleSpokesperson, ""), "through a spokesperson, Envoy of the League"},
		{hop("south-ministry", narrative.RoleSpokesperson, ""), "through the Ministry of Ports of Southland"},
		{hop("south-ministry", narrative.RolePressService, ""), "through the Ministry of Ports of Southland"},
		{hop("south-ministry", narrative.RoleReadout, ""), "in a readout by the Ministry of Ports of Southland"},
		{hop("south-minister", narrative.RoleReadout, ""), "in its own readout"},
		{hop("south-minister", narrative.RoleStatement, ""), "in a statement"},
		{hop("island-daily", narrative.RoleTranslator, ""), "translated by Island Daily"},
		{hop("island-daily", narrative.RoleOutlet, "wrote"), "as carried by Island Daily (“wrote”)"},
	} {
		if got := Text(p.through(tt.hop, "south-minister", false)).String(); got != tt.want {
			t.Errorf("%s by %s: %q, want %q", tt.hop.Role, tt.hop.By, got, tt.want)
		}
	}
}

func TestOtherName(t *testing.T) {
	t.Parallel()
	s := narrative.Source{Name: "Harbour authorities of Northland"}
	for _, tt := range []struct {
		printed string
		want    bool
	}{
		{"Harbour authorities of Northland", false}, {"the harbour authorities", false}, {"Northland", false},
		{"Harbor authorities", true}, {"North", true}, {"Hárbour authorities", false},
	} {
		if got := isOtherName(tt.printed, s); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.printed, got, tt.want)
		}
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	for _, tt := range []struct {
		name  string
		claim int
		want  string
	}{
		{"said on a given day", stopped, "Said 9 March 2031."},
		{"issued one day, said on another that is inferred", runs, "Statement of 11 March 2031; call of 10 or 11 March 2031, inferred."},
		{"only issued", whole, "Statement of 11 March 2031."},
		{"a readout", jointA, "Readout of 14 April 2031."},
		{"issued without a statement", relayed, "Issued 11 March 2031."},
		{"the outlet's own voice", ownVoice, "Published 15 April 2031."},
		{"a month", offer, "Said April 2031."},
		{"not known", unknown, "Day not known; the article was published 2 May 2031, inferred."},
	} {
		if got := content.claim(t, tt.claim).When.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}

	c := collection()
	claim := &c.Articles[0].Blocks[0].Claims[0]
	claim.Uttered = inferred("2031-03-11")
	if got, want := compile(t, c, nil).claim(t, runs).When.String(), "Statement of 11 March 2031; call on the same day, inferred."; got != want {
		t.Errorf("inferred on the same day: %q, want %q", got, want)
	}
	claim.Uttered, claim.Issued = given("2031-03"), given("2031-03")
	if got, want := compile(t, c, nil).claim(t, runs).When.String(), "Statement of March 2031; call of March 2031."; got != want {
		t.Errorf("in the same month: %q, want %q", got, want)
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	const translated = "Most likely in translation; translator not named."
	for _, tt := range []struct {
		name  string
		claim int
		want  []string
	}{
		{"a denial with a basis and an inferred day", runs, []string{"Basis given: own count.", "The day it was said is inferred. The harbour's own calendar has it."}},
		{"a demand", demand, []string{"A demand.", translated}},
		{"modes that differ by question", stopped, []string{"On “What stopped it?”: presupposed.", translated}},
		{"an offer with an inferred speaker", offer, []string{"An offer or condition; presupposes that it is not so now.", "Speaker inferred: the sentence itself names nobody.", translated}},
		{"a relay's concern", relayed, []string{"Concern; takes no position.", "Another party’s account; not counted as held by Envoy of the League."}},
		{"an unnamed group or the outlet", vague, []string{"Nobody is named; not counted as a holder.", "The speaker’s words or the outlet’s own; the article leaves it open."}},
		{"the outlet's verdict withheld", withheld, []string{"Verdict withheld; takes no position.", "An outlet, not counted as a holder.", "The day of publication is inferred. The harbour's own calendar has it."}},
		{"an unknown day and a note", unknown, []string{"The day it was issued is not known. The text says “on Tuesday” and has no date.", "One name is misspelt in the text."}},
	} {
		var got []string
		for _, note := range content.claim(t, tt.claim).Notes {
			got = append(got, note.String())
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestNoteOfAPlaceInTheText(t *testing.T) {
	t.Parallel()
	for locator, want := range map[string]string{"page 3": "On page 3.", "00:12:04": "At 00:12:04 of the recording."} {
		c := collection()
		for i := range c.Articles {
			for j := range c.Articles[i].Blocks {
				for k := range c.Articles[i].Blocks[j].Claims {
					c.Articles[i].Blocks[j].Claims[k].Locator = locator
				}
			}
		}
		if !slices.ContainsFunc(compile(t, c, nil).claim(t, demand).Notes, func(n Text) bool { return n.String() == want }) {
			t.Errorf("with the locator %q no note says %q", locator, want)
		}
	}
}

func TestChangedText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		changed narrative.TextChange
		want    string
	}{
		{narrative.TextChange{}, ""},
		{narrative.TextChange{Kind: narrative.TextRemoved, Seen: "2024-05-05"}, "Changed by the outlet since: the article’s text of 5 May 2024 no longer has these words."},
		{
			narrative.TextChange{Kind: narrative.TextReworded, Seen: "2024-05-05", Now: "It was shut."},
			"Changed by the outlet since: the article’s text of 5 May 2024 reads here: “It was shut.”",
		},
	} {
		c := collection()
		for i := range c.Articles {
			for j := range c.Articles[i].Blocks {
				for k := range c.Articles[i].Blocks[j].Claims {
					c.Articles[i].Blocks[j].Claims[k].Changed = tt.changed
				}
			}
		}
		claim := compile(t, c, nil).claim(t, demand)
		if got := claim.Changed; got.Text.String() != tt.want || got.Kind != string(tt.changed.Kind) || got.Seen != string(tt.changed.Seen) || got.Now != tt.changed.Now {
			t.Errorf("%+v: %+v, want %q", tt.changed, got, tt.want)
		}
		if told := PlainText(claim.Quotation("")); tt.want != "" && !strings.Contains(told, tt.want) {
			t.Errorf("the quotation says nothing of it: %s", told)
		}
	}
}

func TestNoteOfAnotherTime(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Articles[1].Blocks[1].Claims[0].Stances[0].Period = "winter" // said in April
	content := compile(t, c, nil)
	claim := content.claim(t, demand)
	if got, want := claim.Stances[0].Period, "winter"; got != want {
		t.Errorf("period %q, want %q", got, want)
	}
	if got, want := claim.Notes[1].String(), "Speaks of another time than its own: Before the new pier."; got != want {
		t.Errorf("note %q, want %q", got, want)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	for _, tt := range []struct {
		claim int
		want  []string
	}{
		{runs, []string{"contradicts Minister of Southland"}},
		{stopped, []string{"contradicted by Minister of Northland"}},
		{demand, []string{"answered by Minister of Northland", "in tension with Minister of Northland’s offer"}},
		{offer, []string{"in tension with Envoy of the League’s demand"}},
		{reply, []string{"answers Envoy of the League", "part of what is said by the same source"}},
		{byWeather, []string{"has as a part what is said by the same source"}},
		{ownVoice, nil},
	} {
		claim := content.claim(t, tt.claim)
		var got []string
		for _, l := range claim.Links {
			got = append(got, l.Text.String())
			if l.Text[1].Kind != RunClaim || l.Text[1].Ref != l.Claim || len(l.Why) == 0 {
				t.Errorf("claim %d: the link %+v names no claim", tt.claim, l)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("claim %d: %q, want %q", tt.claim, got, tt.want)
		}
	}
}

func TestPlacesInNotesAndReasons(t *testing.T) {
	t.Parallel()
	c := collection()
	claim := &c.Articles[0].Blocks[0].Claims[0]
	claim.Note, claim.Counters[0].Why = "Said at [[north-quay]]", "Of [[north-quay]] alone."
	content := compile(t, c, nil)
	compiled := content.claim(t, runs)
	note := compiled.Notes[len(compiled.Notes)-1]
	if got, want := note.String(), "Said at North Quay."; got != want || note[1].Kind != RunPlace {
		t.Errorf("note %q, want %q with the place marked", got, want)
	}
	for _, why := range []Text{compiled.Links[0].Why, content.Counters[0].Why} {
		if got, want := why.String(), "Of North Quay alone."; got != want || why[1].Kind != RunPlace {
			t.Errorf("reason %q, want %q with the place marked", got, want)
		}
	}
}

func TestLinkToTheSameSourceEarlier(t *testing.T) {
	t.Parallel()
	c := collection()
	c.Articles[1].Blocks[3].Claims[0].Counters = []narrative.Counter{counter(runs, narrative.InTension), {To: code(elsewhere), Relation: narrative.Answers, Fact: "ferry-line"}, {To: code(stopped), Relation: narrative.Answers, Fact: "other-fact"}}
	links := compile(t, c, nil).claim(t, reply).Links
	if len(links) != 1 {
		t.Fatalf("%d links, want only the one to a claim of this fact, about it", len(links))
	}
	if got, want := links[0].Text.String(), "in tension with Minister of Northland, 10 or 11 March 2031, inferred"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	content := compile(t, collection(), nil)
	if a, b := content.claim(t, runs).Origin, content.claim(t, whole).Origin; a != b || a != "north-office at event call" {
		t.Errorf("origins %q and %q, want one of the office at the call", a, b)
	}
	if got, want := content.claim(t, ownVoice).Origin, "quay-wire in article wire-april"; got != want {
		t.Errorf("origin %q, want %q", got, want)
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"en": "ltr", "fa": "rtl", "ar-EG": "rtl", "az-Arab": "rtl", "az": "ltr", "hy": "ltr", "ku-Latn": "ltr", "": "ltr"} {
		if got := direction(lang); got != want {
			t.Errorf("%q: %s, want %s", lang, got, want)
		}
	}
}
