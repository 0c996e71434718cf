package desk

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// A tagForm is the form of a claim beside its article.
type tagForm struct {
	fieldSet
	tagging store.Tagging
	claim   store.Claim             // as it is; without a code for a new one
	match   passage.Match           // the passage chosen, none if there is none
	words   []string                // of the passage
	places  []passage.Match         // from which the passage is to be chosen: where the quotation stands, or what is nearest to it
	nearest bool                    // the places are the nearest only
	preset  []string                // keys of what is preset and was not looked at
	moved   bool                    // a row was moved just now
	still   string                  // why an edge of the passage could not be moved, "" if it was
	typed   map[narrative.Slug]bool // sources that were named by their slugs
}

// isNew reports whether the form is that of a new claim.
func (f *tagForm) isNew() bool { return f.claim.Code == "" }

// The fields of the form that are no claim's.
const (
	fieldDo        = "do"
	fieldVersion   = "version"
	fieldCapture   = "capture"
	fieldPassage   = "passage" // rows: start, end (code points of the capture) and words
	fieldQuotation = "quotation"
	fieldPlace     = "place"
	fieldPreset    = "preset"
	fieldBasis     = "preset_for"
	fieldAfter     = "after"
	fieldGone      = "gone"    // in the address alone: a claim that was removed just now
	fieldSpeaker   = "speaker" // in the address alone, with the next: whose and on which fact that was
	fieldFact      = "fact"
	fieldUndone    = "undone" // in the address alone: the form of a claim has what an undo took back
	fieldStays     = "stays"  // in the address alone: what was made with a claim and stays, see stayValue
	fieldWhy       = "why"
)

// A goOn is from what a new claim goes on: the claim made before, or the speaker and the fact of one that was undone.
type goOn struct {
	after        narrative.Code
	source, fact narrative.Slug
}

// goOnFrom reads it from an address. What is none is passed over.
func goOnFrom(q url.Values) goOn {
	on := goOn{source: narrative.Slug(q.Get(fieldSpeaker)), fact: narrative.Slug(q.Get(fieldFact))}
	on.after, _ = narrative.ParseCode(q.Get(fieldAfter))
	return on
}

// query is the part of an address from which [goOnFrom] reads speaker and fact.
func (on goOn) query() string {
	return "&" + url.Values{fieldSpeaker: {string(on.source)}, fieldFact: {string(on.fact)}}.Encode()
}

// facts are those that it names.
func (on goOn) facts() []narrative.Slug {
	if !on.fact.Valid() {
		return nil
	}
	return []narrative.Slug{on.fact}
}

// newTagForm is the form of a new claim, which goes on from the one made before, if there was one: with its speaker and chain,
// on the same fact.
func newTagForm(t store.Tagging, on goOn) *tagForm {
	f := &tagForm{tagging: t}
	b := presetBasis{}
	if slices.ContainsFunc(t.Sources, func(o store.Offer) bool { return o.Slug == on.source }) {
		b.source = on.source
	}
	c := presets(t, b)
	c.Source = b.source
	if slices.ContainsFunc(t.Facts, func(f narrative.Fact) bool { return f.Slug == on.fact }) {
		c.Stances[0].Fact = on.fact
	}
	for _, before := range t.Claims {
		if before.Code != on.after || on.after == "" {
			continue
		}
		b = presetBasis{source: before.Source, after: on.after}
		c = presets(t, b)
		c.Source, c.Named, c.Office = before.Source, before.Named, before.Office
		if len(before.Stances) > 0 {
			c.Stances[0].Fact = before.Stances[0].Fact
		}
	}
	f.Values = form.Write(c)
	for _, k := range presetKeys {
		f.preset = append(f.preset, k.Value)
	}
	f.Values.Set(fieldAfter, string(b.after))
	f.showSource()
	f.setBasis(b)
	return f
}

// editTagForm is the form of a claim that is there.
func editTagForm(t store.Tagging, c store.Claim) *tagForm {
	f := &tagForm{fieldSet: newFieldSet(c.Claim), tagging: t, claim: c, preset: c.Preset}
	f.Values.Set(fieldVersion, strconv.Itoa(c.Version))
	if c.Capture == t.Capture {
		f.match, f.words = c.Match, c.Words
	} else {
		f.Values.Set(fieldQuotation, strings.Join(c.Words, " … "))
		f.find()
	}
	f.showSource()
	f.setBasis(presetBasis{match: f.match, source: c.Source})
	return f
}

// postedForm is the form as it was sent.
func postedForm(t store.Tagging, c store.Claim, posted url.Values) *tagForm {
	f := &tagForm{fieldSet: fieldSet{Values: maps.Clone(posted)}, tagging: t, claim: c}
	for _, key := range posted[fieldPreset] {
		if slices.ContainsFunc(presetKeys, func(k choice) bool { return k.Value == key }) && !slices.Contains(f.preset, key) {
			f.preset = append(f.preset, key)
		}
	}
	for _, list := range []string{"stances", "chain", "figures"} {
		f.dropBlank(list)
	}
	return f
}

// dropBlank drops the rows of a list in which nothing is said, but for the first stance, whose mode is preset.
func (f *tagForm) dropBlank(list string) {
	for _, i := range form.Rows(f.Values, list) {
		prefix := row(list, i, "")
		said := false
		for name, values := range f.Values {
			said = said || strings.HasPrefix(name, prefix) && strings.TrimSpace(strings.Join(values, "")) != ""
		}
		if !said && (list != "stances" || i > 0) {
			maps.DeleteFunc(f.Values, func(name string, _ []string) bool { return strings.HasPrefix(name, prefix) })
		}
	}
}

// unfitFields says what is wrong with the fields whatever they are for, but for those of the passage, of which
// [tagForm.readPassage] tells.
func (f *tagForm) unfitFields() []narrative.Problem {
	return slices.DeleteFunc(unfitFields(f.Values), func(p narrative.Problem) bool {
		return p.Path == fieldQuotation || p.Path == fieldPlace || p.Path == fieldCapture || strings.HasPrefix(p.Path, fieldPassage) ||
			len(f.Values[p.Path]) > 1 // of which package form tells
	})
}

// problem notes what is wrong with a field.
func (f *tagForm) problem(path, format string, args ...any) {
	f.Problems = append(f.Problems, narrative.Problem{Kind: narrative.KindClaim, Path: path, Message: fmt.Sprintf(format, args...)})
}

// moveRow does what a button of a row asks for, and reports whether it asks for such a thing.
func (f *tagForm) moveRow(button string) bool {
	f.moved = form.Move(f.Values, button)
	return f.moved
}

// resolveNames puts the slugs of sources into the fields in which their names may be typed.
func (f *tagForm) resolveNames(ctx context.Context, s *store.Store) error {
	typed := map[string]string{} // by field
	for field, values := range f.Values {
		if len(values) != 1 || !sourceFields.MatchString(field) {
			continue
		}
		if name := strings.TrimSpace(values[0]); name != "" {
			if !isStorable(name) {
				continue // said of every field already
			}
			typed[field] = name
		}
	}
	if len(typed) == 0 {
		return nil
	}
	found, err := s.SourcesByName(ctx, slices.Compact(slices.Sorted(maps.Values(typed)))) // one may stand in several fields
	if err != nil {
		return err
	}
	f.typed = map[narrative.Slug]bool{}
	for _, field := range slices.Sorted(maps.Keys(typed)) {
		name := typed[field]
		switch list := found[name]; {
		case len(list) == 0:
			switch {
			case field != "source":
				f.problem(field, "%q is no source; choose one, or make a new one", name)
			case strings.TrimSpace(f.Values.Get("new_source.name")) == "": // else the new one speaks
				f.problem(field, "%q is no source; choose one, or name it under New source", name)
			default:
				f.Values.Set(field, "")
			}
		case len(list) > 1 && string(list[0].Slug) != name && strings.EqualFold(list[0].Name, name) == strings.EqualFold(list[1].Name, name):
			f.problem(field, "%q is the name of several sources; write one of %s", name, offerSlugs(list))
		default:
			f.Values[field] = []string{string(list[0].Slug)}
			f.typed[list[0].Slug] = f.typed[list[0].Slug] || string(list[0].Slug) == name
			if !slices.ContainsFunc(f.tagging.Sources, func(o store.Offer) bool { return o.Slug == list[0].Slug }) {
				f.tagging.Sources = append(f.tagging.Sources, list[0])
			}
		}
	}
	return nil
}

// sourceFields are the fields that name a source.
var sourceFields = regexp.MustCompile(`^(source|attributed_to|chain\[\d+\]\.by|figures\[\d+\]\.counted_by)$`)

func (f *tagForm) isDouble(name string) bool {
	n := 0
	for _, o := range f.tagging.Sources {
		if o.Name == name {
			n++
		}
	}
	return n > 1
}

func offerSlugs(list []store.Offer) string {
	slugs := make([]string, len(list))
	for i, o := range list {
		slugs[i] = string(o.Slug)
	}
	return strings.Join(slugs, ", ")
}

// showSource puts names into the fields that name a source, where one name says who is meant. Whoever typed a slug meant just
// that source, so it stands.
func (f *tagForm) showSource() {
	for name, values := range f.Values {
		if !sourceFields.MatchString(name) {
			continue
		}
		for _, o := range f.tagging.Sources {
			if len(values) == 1 && string(o.Slug) == values[0] && !f.typed[o.Slug] && !f.isDouble(o.Name) {
				f.Values[name] = []string{o.Name}
			}
		}
	}
}

// basis is what the presets on the form were made from, as it was sent.
func (f *tagForm) basis() presetBasis {
	b := presetBasis{after: narrative.Code(f.Values.Get(fieldAfter))}
	place, source, _ := strings.Cut(f.Values.Get(fieldBasis), " ")
	b.source = narrative.Slug(source)
	if m, ok := parsePlace(place); ok {
		if _, err := f.tagging.Text.Words(m); err == nil {
			b.match = m
		}
	}
	return b
}

func (f *tagForm) setBasis(b presetBasis) {
	f.Values.Set(fieldBasis, placeValue(b.match)+" "+string(b.source))
}

// makePresets brings what is preset up to the passage and the speaker. It wants slugs in the fields of sources.
func (f *tagForm) makePresets() {
	if f.claim.Code != "" {
		was := form.Write(f.claim.Claim)
		f.preset = slices.DeleteFunc(f.preset, func(key string) bool { return !isSame(f.Values, was, key) })
		return
	}
	old := f.basis()
	now := presetBasis{match: f.match, source: narrative.Slug(f.Values.Get("source")), after: old.after}
	f.preset = preset(f.Values, f.preset, f.tagging, old, now)
	f.setBasis(now)
}
