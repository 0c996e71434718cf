package edition

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"counterclaim/internal/narrative"
)

// A ReviewItem is something in an edition that somebody else than whoever wrote it looks at before it is published: a
// question, a label, a point that opposing parties both say, a contradiction, a stance that neither asserts nor denies.
type ReviewItem struct {
	Key  string // names it in its fact: "question", "label/ASPECT/POSITION", "stance/CODE/ASPECT"
	Kind ReviewKind
	Text Text // what is to be looked at
	// Noun of the desk that it is written in: the claim with this code or, where that is "", the fact.
	Claim  narrative.Code
	Other  narrative.Code // of a contradiction, the claim that it is to
	Aspect narrative.Slug
	// Fingerprint is a hash of what is signed: an equal one asks for no other look. It has no salt and is not for readers.
	Fingerprint Hash
}

// A ReviewKind says what sort of thing is looked at.
type ReviewKind string

// The kinds of thing that a second pair of eyes looks at, in the order in which they come.
const (
	ReviewQuestion ReviewKind = "question"
	ReviewLabel    ReviewKind = "label"
	ReviewPoint    ReviewKind = "point"
	ReviewCounter  ReviewKind = "contradiction"
	ReviewStance   ReviewKind = "stance"
)

// ReviewItems returns what of the content a second pair of eyes looks at, by kind, then in the order of the page. What was
// taken down is not among it.
func (c Content) ReviewItems() []ReviewItem {
	var list []ReviewItem
	add := func(i ReviewItem, signed ...string) {
		i.Fingerprint = sha256.Sum256([]byte(strings.Join(append([]string{string(i.Kind)}, signed...), "\x00")))
		list = append(list, i)
	}
	add(ReviewItem{Key: "question", Kind: ReviewQuestion, Text: c.Question}, readable(c.Question))
	for _, b := range c.Bands {
		if b.Aspect != "" {
			add(ReviewItem{Key: "question/" + b.Aspect, Kind: ReviewQuestion, Text: b.Question, Aspect: narrative.Slug(b.Aspect)}, readable(b.Question))
		}
	}
	for _, b := range c.Bands {
		for _, h := range b.Heads {
			add(ReviewItem{Key: "label/" + b.Aspect + "/" + h.Position, Kind: ReviewLabel, Text: h.Label, Aspect: narrative.Slug(b.Aspect)}, readable(h.Label))
		}
	}
	claims := map[string]Claim{}
	for _, claim := range c.Claims {
		claims[claim.Code] = claim
	}
	for _, p := range c.Glance.BothSay {
		signed := []string{p.Title, readable(p.Text)}
		for _, r := range p.Text {
			if r.Kind == RunCite {
				signed = append(signed, claims[r.Ref].Segments...)
			}
		}
		i := ReviewItem{Kind: ReviewPoint, Text: append(plain(p.Title, ": "), p.Text...)}
		i.Key = fmt.Sprintf("point/%x", sha256.Sum256([]byte(readable(p.Text))))[:len("point/")+16]
		add(i, signed...)
	}
	for _, k := range c.Counters {
		from, to := claims[k.From], claims[k.To]
		if k.Relation != string(narrative.Contradicts) || from.Withheld.Reason != "" || to.Withheld.Reason != "" {
			continue
		}
		text := Text{claimName(from.Who, k.From), words(" contradicts "), claimName(to.Who, k.To), words(": ")}
		add(ReviewItem{
			Key: "contradiction/" + k.From + "/" + k.To, Kind: ReviewCounter, Text: append(text, k.Why...),
			Claim: narrative.Code(k.From), Other: narrative.Code(k.To),
		}, k.From, k.To, k.Difference, readable(k.Why), strings.Join(from.Segments, " … "), strings.Join(to.Segments, " … "))
	}
	for _, claim := range c.Claims {
		for _, s := range claim.Stances {
			if mode := narrative.Mode(s.Mode); mode == narrative.Asserted || mode == narrative.Denied || claim.Withheld.Reason != "" {
				continue
			}
			said := strings.Join(claim.Segments, " … ")
			text := Text{claimName(claim.Who, claim.Code), words(": "), {Text: said, Kind: RunSaid, Lang: claim.Lang}, words(" (", s.Mode, ")")}
			if label := c.label(s.Aspect, s.Position); len(label) > 0 {
				text = append(append(text, words(", under: ")), label...)
			}
			add(ReviewItem{
				Key: "stance/" + claim.Code + "/" + s.Aspect, Kind: ReviewStance, Text: text,
				Claim: narrative.Code(claim.Code), Aspect: narrative.Slug(s.Aspect),
			}, said, s.Aspect, s.Position, s.Mode, s.Period)
		}
	}
	for i := range list {
		list[i].Text = tidy(list[i].Text)
	}
	return list
}

// label returns the label of a position, nil if there is none.
func (c Content) label(aspect, position string) Text {
	for _, b := range c.Bands {
		for _, h := range b.Heads {
			if b.Aspect == aspect && h.Position == position {
				return h.Label
			}
		}
	}
	return nil
}
