package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
)

// A DeskClaim is a claim as the desk has it, or is to have it.
type DeskClaim struct {
	narrative.Claim `yaml:",inline"`
	Article         narrative.Slug `yaml:"article,omitempty"`
	Capture         string         `yaml:"capture,omitempty"`
	Spans           []DeskSpan     `yaml:"spans,omitempty"`
	Preset          []string       `yaml:"preset,omitempty"`
}

// newDeskClaim is a claim of the desk's for a program.
func newDeskClaim(c store.Claim) DeskClaim {
	return DeskClaim{Claim: c.Claim, Article: c.Article, Capture: decimal(c.Capture), Spans: spansOf(c.Match), Preset: c.Preset}
}

func spansOf(m passage.Match) []DeskSpan {
	spans := make([]DeskSpan, len(m))
	for i, s := range m {
		spans[i] = DeskSpan(s)
	}
	return spans
}

func (c DeskClaim) match() passage.Match {
	m := make(passage.Match, len(c.Spans))
	for i, s := range c.Spans {
		m[i] = passage.Span(s)
	}
	return m
}

// A DeskCode names a claim in the path.
type DeskCode struct {
	Code string `path:"code" maxLength:"40" doc:"The claim's code." example:"V8N-K4HM"`
}

type getClaimInput struct{ DeskCode }

type putClaimInput struct {
	DeskCode
	DeskHeld
	DeskWhy
	DeskBody
}

type deleteClaimInput struct {
	DeskCode
	DeskHeld
	DeskWhy
}

type postClaimInput struct {
	DeskSlug
	DeskOnce
	DeskWhy
	DeskBody
}

const claimsPath = "/v1/desk/claims"

func registerDeskClaims(a *API) {
	claim := reflect.TypeFor[DeskClaim]()
	desk(a, deskOperation{
		id: "desk-add-claim", method: http.MethodPost, path: articles.path() + "/{slug}/claims", summary: "Tag a claim in an article",
		description: "The passage is given by its words, which must stand in one place of the text, or by spans. Words in no place or in several are a fault, with the places that they may mean.",
		role:        store.RoleContributor, body: claim, answer: claim, statuses: []int{404, 409},
	}, a.addClaim)
	desk(a, deskOperation{
		id: "desk-read-claim", method: http.MethodGet, path: claimsPath + "/{code}", summary: "Read a claim of the desk",
		description: "As the desk has it now, published or not.", role: store.RoleContributor, answer: claim, statuses: []int{404},
	}, a.readDeskClaim)
	desk(a, deskOperation{
		id: "desk-change-claim", method: http.MethodPut, path: claimsPath + "/{code}", summary: "Change a claim",
		description: "Replaces it whole. With the same words, or without words, it stays where it stands; other words or spans move it.",
		role:        store.RoleContributor, body: claim, answer: claim, statuses: []int{404, 409, 412, 428},
	}, a.changeClaim)
	deskRemoval(a, deskOperation{
		id: "desk-remove-claim", method: http.MethodDelete, path: claimsPath + "/{code}", summary: "Remove a claim",
		description: "Editions that have it keep it. One that others speak of stays.", role: store.RoleEditor, statuses: []int{404, 409, 412, 428},
	}, func(ctx context.Context, in *deleteClaimInput) error {
		version, err := in.version()
		if err != nil {
			return err
		}
		_, err = a.store.DeleteClaim(ctx, narrative.Code(in.Code), version, account(ctx).Name, in.Why)
		return err
	})
}

func (a *API) readDeskClaim(ctx context.Context, in *getClaimInput) (deskAnswer, error) {
	c, err := a.store.DeskClaim(ctx, narrative.Code(in.Code))
	if err != nil {
		return deskAnswer{}, err
	}
	return answerWith(newDeskClaim(c), c.Version, "")
}

func (a *API) addClaim(ctx context.Context, in *postClaimInput) (deskAnswer, error) {
	return a.once(ctx, in.Key, in.RawBody, func() (func(context.Context) (deskAnswer, error), error) {
		sent, err := readClaim(in.RawBody, "", narrative.Slug(in.Slug))
		if err != nil {
			return nil, err
		}
		edit := store.ClaimEdit{Claim: sent.Claim, Article: narrative.Slug(in.Slug), Preset: sent.Preset, Actor: account(ctx).Name, Why: in.Why}
		if err := a.place(ctx, &edit, sent); err != nil {
			return nil, err
		}
		return func(ctx context.Context) (deskAnswer, error) { return a.saveClaim(ctx, edit) }, nil
	})
}

func (a *API) changeClaim(ctx context.Context, in *putClaimInput) (deskAnswer, error) {
	version, err := in.version()
	if err != nil {
		return deskAnswer{}, err
	}
	code := narrative.Code(in.Code)
	before, err := a.store.DeskClaim(ctx, code)
	if err != nil {
		return deskAnswer{}, err
	}
	if before.Version != version {
		return deskAnswer{}, &store.StaleClaim{Now: before}
	}
	sent, err := readClaim(in.RawBody, code, before.Article)
	if err != nil {
		return deskAnswer{}, err
	}
	edit := store.ClaimEdit{Claim: sent.Claim, Article: before.Article, Version: version, Preset: sent.Preset, Actor: account(ctx).Name, Why: in.Why}
	edit.Claim.Code = code
	sameWords := len(sent.Words) == 0 || slices.Equal(sent.Words, before.Words)
	samePlace := len(sent.Spans) == 0 || slices.Equal(sent.match(), before.Match)
	if sameWords && samePlace && (sent.Capture == "" || sent.Capture == decimal(before.Capture)) {
		edit.Capture, edit.Match = before.Capture, before.Match
	} else if err := a.place(ctx, &edit, sent); err != nil {
		return deskAnswer{}, err
	}
	return a.saveClaim(ctx, edit)
}

func (a *API) saveClaim(ctx context.Context, edit store.ClaimEdit) (deskAnswer, error) {
	saved, err := a.store.SaveClaim(ctx, edit)
	if err != nil {
		return deskAnswer{}, err
	}
	location := ""
	if edit.Claim.Code == "" {
		location = "/api" + claimsPath + "/" + string(saved.Code)
	}
	return answerWith(newDeskClaim(saved), saved.Version, location)
}

// readClaim reads a claim that is to have a code, "" for a new one, in an article.
func readClaim(body []byte, code narrative.Code, article narrative.Slug) (DeskClaim, error) {
	var sent DeskClaim
	if p := readCorpus(body, &sent); p != nil {
		return DeskClaim{}, p
	}
	switch {
	case sent.Code != "" && code == "":
		return DeskClaim{}, unfitAt("/code", "not expected; a new claim gets its code when it is saved")
	case sent.Code != "" && sent.Code != code:
		return DeskClaim{}, unfitAt("/code", "not that of the address, %s", code)
	case sent.Article != "" && sent.Article != article:
		return DeskClaim{}, unfitAt("/article", "not the article of the claim, %s", article)
	}
	known := corpusKeys(reflect.TypeFor[narrative.Claim]())
	for i, key := range sent.Preset {
		if !slices.ContainsFunc(known, func(k corpusKey) bool { return k.name == key }) {
			return DeskClaim{}, unfitAt(fmt.Sprintf("/preset/%d", i), "%q is no key of a claim", clipped(key))
		}
	}
	return sent, nil
}

// mostCandidates is how many places are told that words may mean.
const mostCandidates = 5

// place finds where a claim stands that was sent, in the text in which its article is tagged.
func (a *API) place(ctx context.Context, edit *store.ClaimEdit, sent DeskClaim) error {
	t, err := a.store.TaggedText(ctx, edit.Article)
	if err != nil {
		return err
	}
	edit.Capture = t.Capture
	if sent.Capture != "" && sent.Capture != decimal(t.Capture) {
		return unfitAt("/capture", "not the text in which the article is tagged now, %d", t.Capture)
	}
	if len(sent.Spans) > 0 {
		edit.Match = sent.match()
		return nil
	}
	if err := (passage.Quote{Segments: sent.Words}).Validate(); err != nil {
		p := unfitAt("/words", "%v", err)
		if len(sent.Words) == 0 { // nor do the rules get to see the claim
			p.Errors = append(p.Errors, missingIn(edit.Claim, "code", "words")...)
		}
		return p
	}
	found := passage.Find(t.Text, passage.Quote{Segments: sent.Words})
	if whole := slices.DeleteFunc(slices.Clone(found), func(m passage.Match) bool { return !onWords(t.Text, m) }); len(whole) > 0 {
		found = whole
	}
	switch len(found) {
	case 1:
		edit.Match, edit.Claim.Words = found[0], nil // the text's own words, with its own quotation marks
		return nil
	case 0:
		return misplaced(t.Text, passage.Nearest(t.Text, strings.Join(sent.Words, " ")), "not found in the text of the article")
	}
	return misplaced(t.Text, found, fmt.Sprintf("found in %d places of the text; give spans or more words", len(found)))
}

// onWords reports whether all spans begin and end with whole words.
func onWords(t passage.Text, m passage.Match) bool {
	return !slices.ContainsFunc(m, func(s passage.Span) bool { return passage.SnapToWords(t, s) != s })
}

func misplaced(t passage.Text, places []passage.Match, detail string) error {
	p := unfitAt("/words", "%s", detail)
	for _, m := range places[:min(len(places), mostCandidates)] {
		if words, err := t.Words(m); err == nil {
			p.Candidates = append(p.Candidates, DeskPassage{words, spansOf(m)})
		}
	}
	return p
}
