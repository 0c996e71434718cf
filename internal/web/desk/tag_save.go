package desk

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// newNouns are the fields by which what a claim needs is made in place.
type newNouns struct {
	Source struct {
		Name  string               `yaml:"name"`
		Kind  narrative.SourceKind `yaml:"kind"`
		Party narrative.Slug       `yaml:"party"`
	} `yaml:"new_source"`
	Fact struct {
		Question narrative.Markup   `yaml:"question"`
		Kind     narrative.FactKind `yaml:"kind"`
		Dispute  narrative.Slug     `yaml:"dispute"`
	} `yaml:"new_fact"`
	Aspect struct {
		Question narrative.Markup `yaml:"question"`
	} `yaml:"new_aspect"`
	Position struct {
		Label  narrative.Markup `yaml:"label"`
		Aspect narrative.Slug   `yaml:"aspect"`
	} `yaml:"new_position"`
}

// edit reads the whole form as what is to be saved. What cannot be read is noted among the problems.
func (f *tagForm) edit(actor string) store.TagEdit {
	if len(f.match) == 0 && len(f.Problems) == 0 {
		f.problem(fieldQuotation, "missing; select the words in the text, or write them here")
	}
	var made newNouns
	f.Problems = append(f.Problems, form.Read(f.Values, &made)...)
	e := store.TagEdit{ClaimEdit: store.ClaimEdit{
		Article: f.tagging.Article.Slug, Capture: f.tagging.Capture, Match: f.match, Preset: f.preset, Actor: actor,
		Why: strings.TrimSpace(f.value(fieldWhy)),
	}}
	if f.claim.Code != "" {
		var err error
		if e.Version, err = strconv.Atoi(f.Values.Get(fieldVersion)); err != nil {
			f.problem("", "the form does not say from which version of the claim it was made")
		}
	}
	fields := f.claimFields(made)
	read := form.Read(fields, &e.Claim)
	f.Problems = append(f.Problems, read...)
	e.Claim.Words = f.words
	f.addNew(&e, made)
	if len(read) == 0 {
		maps.DeleteFunc(f.Values, func(name string, _ []string) bool { return claimField(name) })
		maps.Copy(f.Values, form.Write(e.Claim)) // rows without gaps, so that problems name them by their numbers
		f.showSource()
	}
	return e
}

// claimField reports whether a field is one of a list of a claim, whose rows are numbered.
func claimField(name string) bool {
	for _, list := range []string{"stances", "chain", "figures", "counters"} {
		if strings.HasPrefix(name, list) {
			return true
		}
	}
	return false
}

// claimFields returns the fields of the claim itself: with what the form does not show, positions as they are chosen, and
// without rows on no fact.
func (f *tagForm) claimFields(made newNouns) url.Values {
	fields := maps.Clone(f.Values)
	hidden := form.Write(f.claim.Claim)
	for name := range fields {
		if strings.HasPrefix(name, "counters") || strings.HasPrefix(name, "changed") {
			delete(fields, name)
		}
	}
	for name, values := range hidden {
		if name == "code" || name == "words" || strings.HasPrefix(name, "counters") || strings.HasPrefix(name, "changed") {
			fields[name] = values
		}
	}
	for _, i := range form.Rows(fields, "figures") {
		if code, err := typedCode(fields.Get(row("figures", i, "part_of"))); err == nil {
			fields.Set(row("figures", i, "part_of"), string(code))
		}
	}
	for _, i := range form.Rows(fields, "stances") {
		if made.Fact.Question != "" && i == 0 {
			fields.Set(row("stances", i, "fact"), "")
		}
		if fields.Get(row("stances", i, "fact")) == "" && (made.Fact.Question == "" || i > 0) {
			prefix := row("stances", i, "")
			maps.DeleteFunc(fields, func(name string, _ []string) bool { return strings.HasPrefix(name, prefix) })
			continue
		}
		if choice, ok := fields[row("stances", i, "choice")]; ok && len(choice) == 1 {
			aspect, position, _ := strings.Cut(choice[0], "/")
			fields.Set(row("stances", i, "aspect"), aspect)
			fields.Set(row("stances", i, "position"), position)
		}
		if m := narrative.Mode(fields.Get(row("stances", i, "mode"))); !m.TakesPosition() {
			fields.Set(row("stances", i, "position"), "")
		}
	}
	return fields
}

// addNew adds the nouns that are made in place.
func (f *tagForm) addNew(e *store.TagEdit, made newNouns) {
	if made.Source.Name != "" {
		e.Source = &narrative.Source{
			Slug: slugFrom(made.Source.Name, "source"), Name: made.Source.Name, Kind: made.Source.Kind, Party: made.Source.Party,
		}
	}
	mode := cmp.Or(narrative.Mode(f.Values.Get("stances[0].mode")), narrative.Asserted)
	if made.Fact.Question != "" {
		e.Fact = &narrative.Fact{
			Slug: slugFrom(plainText(made.Fact.Question), "fact"), Dispute: made.Fact.Dispute, Question: made.Fact.Question, Kind: made.Fact.Kind,
			Status: narrative.FactStatus{State: narrative.Developing},
		}
		if len(e.Claim.Stances) == 0 {
			e.Claim.Stances = []narrative.Stance{{Mode: mode}}
		}
		e.Claim.Stances[0].Aspect, e.Claim.Stances[0].Position = "", ""
	}
	if made.Position.Label == "" && made.Aspect.Question == "" {
		return
	}
	if len(e.Claim.Stances) == 0 {
		f.problem("stances[0].fact", "missing; a new position needs its fact")
		return
	}
	a := store.Answer{Aspect: narrative.Aspect{Slug: made.Position.Aspect}}
	if made.Aspect.Question != "" {
		a.Aspect = narrative.Aspect{Slug: slugFrom(plainText(made.Aspect.Question), "aspect"), Question: made.Aspect.Question}
	}
	if made.Position.Label != "" {
		a.Position = narrative.Position{Slug: slugFrom(plainText(made.Position.Label), "position"), Label: made.Position.Label}
	}
	e.Claim.Stances[0].Position = ""
	e.Answer = &a
}

// A tagFunc saves a claim with what it needs, as [store.Store.Tag] does.
type tagFunc func(context.Context, store.TagEdit) (store.Claim, error)

// save saves the form by way of tag. Whatever goes wrong is noted in it; saved is false then.
func (f *tagForm) save(ctx context.Context, tag tagFunc, actor string) (c store.Claim, saved bool, err error) {
	if f.Values.Get(fieldDo) == "complete" {
		f.preset = nil
	}
	e := f.edit(actor)
	if e.Proposal, err = takenBy(f.Values); err != nil {
		return store.Claim{}, false, err
	}
	if len(f.Problems) > 0 {
		return store.Claim{}, false, nil
	}
	c, err = tag(ctx, e)
	if err == nil {
		return c, true, nil
	}
	if stale, ok := errors.AsType[*store.StaleClaim](err); ok {
		f.besides(stale.Now)
		return store.Claim{}, false, nil
	}
	if unsound, ok := errors.AsType[*store.Unsound](err); ok {
		for _, p := range unsound.Problems {
			p.Path = pathOnForm(p)
			f.Problems = append(f.Problems, p)
		}
		return store.Claim{}, false, nil
	}
	if refused := refusedProposal(err); refused != "" {
		f.problem("", "%s", refused)
		return store.Claim{}, false, nil
	}
	if errors.Is(err, store.ErrNotFound) {
		f.problem("", "the article, its text or something that the claim names is not there any more; nothing was saved")
		return store.Claim{}, false, nil
	}
	return store.Claim{}, false, err
}

// besides shows what is saved now beside what the form holds, which from now on replaces it when it is saved.
func (f *tagForm) besides(now store.Claim) {
	f.claim, f.Theirs = now, form.Write(now.Claim)
	f.Values.Set(fieldVersion, strconv.Itoa(now.Version))
	f.showTheirSources()
}

// showTheirSources puts names into the fields that somebody else has saved.
func (f *tagForm) showTheirSources() {
	theirs := tagForm{fieldSet: fieldSet{Values: f.Theirs}, tagging: f.tagging}
	theirs.showSource()
}

// pathOnForm is the field of the form in which a problem is mended.
func pathOnForm(p narrative.Problem) string {
	switch p.Kind {
	case narrative.KindSource:
		return "new_source." + p.Path
	case narrative.KindFact:
		switch {
		case strings.HasPrefix(p.Path, "positions"), strings.Contains(p.Path, ".positions"):
			return "new_position.label"
		case strings.HasPrefix(p.Path, "aspects"):
			return "new_aspect.question"
		}
		return "new_fact." + p.Path
	}
	if p.Path == "words" || strings.HasPrefix(p.Path, "words[") {
		return fieldQuotation
	}
	return p.Path
}
