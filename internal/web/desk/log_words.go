package desk

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// An entryWords is how two states of a noun differ, for people to read once [Server.sayWords] has been over it.
type entryWords struct {
	Fields   []form.Difference
	was, now url.Values
}

// claimKinds are the kinds of noun that fields of a claim name, by the last key of their paths.
var claimKinds = map[string]narrative.Kind{
	"source": narrative.KindSource, "by": narrative.KindSource, "attributed_to": narrative.KindSource, "counted_by": narrative.KindSource,
	"event": narrative.KindEvent, "fact": narrative.KindFact,
}

// claimWords are what the values of a claim's fields are called, by the last key of their paths.
var claimWords = map[string][]choice{
	"mode": modeChoices, "voice": voiceChoices, "attribution": attributionChoices, "basis": basisChoices, "role": hopRoleChoices,
	"class": classChoices, "relation": relationChoices, "difference": differenceChoices,
}

// sayWords puts names in the place of the slugs that differences of nouns of a kind hold, and plain words in that of editors'
// texts. What cannot be seen on the noun's form is left out. It is a few queries, however many differences there are.
func (s *Server) sayWords(ctx context.Context, kind narrative.Kind, list []*entryWords) error {
	var keys []store.NounKey
	var texts []narrative.Markup
	for _, e := range list {
		e.Fields = slices.DeleteFunc(e.Fields, func(d form.Difference) bool { return fieldOf(kind, d.Path).as == asHidden && len(e.Fields) > 1 })
		for _, d := range e.Fields {
			for _, side := range []string{d.Before, d.After} {
				texts = append(texts, narrative.Markup(side))
				keys = append(keys, namedIn(kind, d.Path, side)...)
			}
		}
		for _, values := range []url.Values{e.was, e.now} {
			for _, i := range form.Rows(values, "stances") {
				keys = append(keys, store.NounKey{Kind: narrative.KindFact, Key: values.Get(row("stances", i, "fact"))})
			}
		}
	}
	keys = slices.DeleteFunc(keys, func(k store.NounKey) bool { return k.Key == "" })
	names, err := s.store.NounNames(ctx, keys)
	if err != nil {
		return err
	}
	facts, err := s.factsOf(ctx, keys)
	if err != nil {
		return err
	}
	for _, f := range facts {
		texts = append(texts, f.Wording()...)
	}
	places, err := s.store.PlaceNames(ctx, texts)
	if err != nil {
		return err
	}
	w := logWords{kind, names, facts, places}
	for _, e := range list {
		for i, d := range e.Fields {
			before, after := w.say(e.was, d.Path, d.Before), w.say(e.now, d.Path, d.After)
			if before != after { // else they differ only in what no reader sees: it is told as it was written
				e.Fields[i].Before, e.Fields[i].After = before, after
			}
		}
	}
	return nil
}

// factsOf returns the facts among nouns by their slugs.
func (s *Server) factsOf(ctx context.Context, keys []store.NounKey) (map[narrative.Slug]narrative.Fact, error) {
	var slugs []narrative.Slug
	for _, k := range keys {
		if k.Kind == narrative.KindFact {
			slugs = append(slugs, narrative.Slug(k.Key))
		}
	}
	list, err := s.store.DeskFacts(ctx, slugs)
	facts := map[narrative.Slug]narrative.Fact{}
	for _, f := range list {
		facts[f.Slug] = f
	}
	return facts, err
}

// A logWords says what fields of nouns of a kind hold.
type logWords struct {
	kind   narrative.Kind
	names  map[store.NounKey]string
	facts  map[narrative.Slug]narrative.Fact
	places placeNames
}

// say is what the field of a path holds in an editor's words; values are those of the noun.
func (w logWords) say(values url.Values, path, text string) string {
	key := lastKey(path)
	if list, ok := claimWords[key]; ok && w.kind == narrative.KindClaim {
		return wordOf(list, text)
	}
	if named := namedIn(w.kind, path, text); len(named) > 0 {
		words := make([]string, len(named))
		for i, k := range named {
			words[i] = cmp.Or(w.names[k], k.Key)
		}
		return strings.Join(words, "\n")
	}
	if w.kind == narrative.KindClaim {
		if stance, inStance := strings.CutSuffix(path, "."+key); inStance && strings.HasPrefix(path, "stances[") {
			return w.ofStance(w.facts[narrative.Slug(values.Get(stance+".fact"))], key, narrative.Slug(values.Get(stance+".aspect")), text)
		}
		if key != "note" && key != "why" {
			return text // what others said
		}
	}
	f := fieldOf(w.kind, path)
	if word, ok := f.words[text]; ok {
		return word
	}
	if w.kind == narrative.KindArticle && !f.guarded {
		return text
	}
	return w.plain(text)
}

// plain is an editors' text in plain words; paragraphs and citations, which are part of what was written, stay where there
// are no places to be named.
func (w logWords) plain(text string) string {
	if !strings.Contains(text, "[[") {
		return text
	}
	return w.places.plain(narrative.Markup(text))
}

// ofStance is what a slug of a claim's stance on a fact stands for.
func (w logWords) ofStance(f narrative.Fact, key string, aspect narrative.Slug, slug string) string {
	switch key {
	case "aspect":
		for _, a := range f.Aspects {
			if string(a.Slug) == slug {
				return w.places.plain(a.Question)
			}
		}
	case "position":
		for _, p := range f.PositionsOf(aspect) {
			if string(p.Slug) == slug {
				return w.places.plain(p.Label)
			}
		}
	case "period":
		for _, p := range f.Periods {
			if string(p.Slug) == slug {
				return w.places.plain(p.Label)
			}
		}
	}
	return slug
}

// namedIn are the nouns that the field of a path names.
func namedIn(kind narrative.Kind, path, text string) []store.NounKey {
	named := fieldOf(kind, path).kind
	if kind == narrative.KindClaim {
		named = claimKinds[lastKey(path)]
	}
	if named == "" || named == narrative.KindClaim {
		return nil
	}
	var keys []store.NounKey
	for slug := range strings.FieldsSeq(text) {
		keys = append(keys, store.NounKey{Kind: named, Key: slug})
	}
	return keys
}

// lastKey is the key at the end of a path.
func lastKey(path string) string {
	path = path[strings.LastIndexByte(path, '.')+1:]
	key, _, _ := strings.Cut(path, "[")
	return key
}

// fieldOf is how a field of a noun is drawn on its form; the zero formField for one that is on none.
func fieldOf(kind narrative.Kind, path string) formField {
	n, _ := formOf(kind)
	list, field := n.fields, formField{}
	for _, part := range pathParts.FindAllStringSubmatch(path, -1) {
		i := slices.IndexFunc(list, func(f formField) bool { return f.key == part[1] })
		if i < 0 {
			return formField{}
		}
		field, list = list[i], list[i].fields
	}
	return field
}
