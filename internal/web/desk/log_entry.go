package desk

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
	"counterclaim/internal/web/form"
)

// An entryView is one entry of the log.
type entryView struct {
	ID       int64
	Kind     narrative.Kind
	When     string
	Actor    string
	What     string // as in "changed the fact"
	Key      string
	Href     string // of the noun's log, "" for what has none
	Why      string
	Name     string // of the noun in a list of entries of many, "" where it has none
	Invented bool   // the noun was, for practice
	words    *entryWords
	Created  bool   // the fields are what the noun began with: those that matter
	Text     string // what is kept in place of fields, "" for nothing
	New      bool   // since the account last looked
	Before   string // where it is restored as it was before, "" where it cannot be
	After    string // the same for after
}

// actions say what an entry has done to a noun.
var actions = map[string]string{
	"create": "created", "change": "changed", "publish": "published", "capture": "captured", "anchor": "anchored", "erase": "erased from",
	"withdraw": "withdrew", "takedown": "took down", "rename": "renamed", "merge": "merged", "retire": "retired", "delete": "removed",
	"restore": "restored", "review": "looked at",
}

// newEntry shows an entry of the log without what it has changed.
func newEntry(e store.DeskEntry) entryView {
	v := entryView{
		Kind: e.Kind, words: &entryWords{},
		ID: e.ID, When: dayAndTime(e.At), Actor: e.Actor, Key: e.Key, Why: e.Why,
		What: cmp.Or(actions[e.Action], e.Action) + " the " + string(e.Kind),
	}
	if plurals[e.Kind] != "" {
		v.Href = historyPath(e.Kind, e.Key) + "#e" + strconv.FormatInt(e.ID, 10)
	}
	if e.Kind == store.KindComplaint {
		v.Href = complaintPath(e.Key)
	}
	if e.Kind == store.KindArrival {
		v.Href = arrivalsPath + "/" + e.Key
	}
	return v
}

// differ fills in what an entry of a noun's log has changed. Two states in the shape of the noun's type are compared field by
// field; anything else is a text.
func (v *entryView) differ(e store.DeskEntry) (before, after bool) {
	was, wasNoun := store.ReadNoun(e.Kind, e.Before)
	now, isNoun := store.ReadNoun(e.Kind, e.After)
	if (wasNoun || e.Before == "") && (isNoun || e.After == "") && (wasNoun || isNoun) {
		v.words = &entryWords{was: writtenFields(was), now: writtenFields(now)}
		v.words.Fields = form.Differences(v.words.was, v.words.now)
		if wasNoun && isNoun && e.Kind == narrative.KindClaim {
			v.words.Fields = append(v.words.Fields, besidesClaim(e.Before, e.After)...)
		}
		if v.Created = !wasNoun; v.Created {
			v.words.Fields = slices.DeleteFunc(v.words.Fields, func(d form.Difference) bool { return !matters(e.Kind, d.Path) })
		}
		return wasNoun, isNoun
	}
	v.Text = strings.Join(slices.DeleteFunc([]string{e.Before, e.After}, func(s string) bool { return s == "" }), "\n\n→\n\n")
	return wasNoun, isNoun
}

// besidesClaim tells how two states of a claim in the log differ in what the claim itself does not say.
func besidesClaim(before, after string) []form.Difference {
	was, _ := store.ReadClaim(before) // whoever asks has read both
	now, _ := store.ReadClaim(after)
	if was.Capture == 0 || now.Capture == 0 { // the claim alone
		return nil
	}
	fields := func(c store.LoggedClaim) url.Values {
		return url.Values{
			"to be completed": {strings.Join(c.Preset, ", ")},
			"stands at":       {fmt.Sprintf("capture %d, characters %v to %v", c.Capture, c.Starts, c.Ends)},
		}
	}
	return form.Differences(fields(was), fields(now))
}

// writtenFields are the fields of a noun, none for nil.
func writtenFields(noun any) url.Values {
	if noun == nil {
		return url.Values{}
	}
	return form.Write(noun)
}

// nameEntries names the nouns of entries of many nouns, in two queries.
func (s *Server) nameEntries(ctx context.Context, list []entryView) error {
	keys := make([]store.NounKey, len(list))
	for i, e := range list {
		keys[i] = store.NounKey{Kind: e.Kind, Key: e.Key}
	}
	names, err := s.store.NounNames(ctx, keys)
	if err != nil {
		return err
	}
	invented, err := s.store.Invented(ctx, keys)
	for i, key := range keys {
		list[i].Name, list[i].Invented = names[key], invented[key]
	}
	return err
}

// matters reports whether a field is told of a noun that is new: what it is called and is about, not all that is known of it.
func matters(kind narrative.Kind, path string) bool {
	if kind == narrative.KindClaim {
		return path == "source" || strings.HasPrefix(path, "words") || strings.HasPrefix(path, stanceRow(0)+".")
	}
	n, _ := formOf(kind)
	return path == n.title || slices.Contains([]string{"dispute", "kind", "party", "outlet", "published.day"}, path) ||
		kind == narrative.KindFact && strings.HasSuffix(path, ".label")
}
