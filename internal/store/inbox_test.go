package store_test

import (
	"slices"
	"testing"

	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// TestInboxOfTextsAndWaivers checks the queues of texts that nobody has tagged and of facts that one editor has published alone:
// what enters them, and what takes it out.
func TestInboxOfTextsAndWaivers(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	ctx := t.Context()
	c := claimed()
	for _, slug := range []narrative.Slug{"bridge-bare", "bridge-excerpt", "bridge-copy", "bridge-gone"} {
		piece(&c, slug, func(a *narrative.Article) {
			a.Blocks = nil
			if slug == "bridge-copy" {
				a.ReprintOf = []narrative.Slug{c.Articles[0].Slug}
			}
		})
	}
	save(t, s, c)
	for _, slug := range []narrative.Slug{"bridge-bare", "bridge-copy", "bridge-gone"} {
		full(t, s, slug, "A text of its own, "+string(slug)+".\n\nThe ferry sails at night.")
	}
	gone := noun(t, s, narrative.KindArticle, "bridge-gone")
	if err := s.Retire(ctx, store.Fating{NounKey: gone.NounKey, Version: gone.Version, Actor: "ada"}, true); err != nil {
		t.Fatal(err)
	}
	if err := publishAs(t, s, expecting(preview(t, s, "bridge-open"), "nobody else is in tonight")); err != nil {
		t.Fatal(err)
	}
	in := func(queue store.Queue, want ...string) store.InboxPart {
		t.Helper()
		p, err := s.InboxQueue(ctx, "ada", queue, 0)
		if err != nil {
			t.Fatal(err)
		}
		var keys []string
		for _, i := range p.Items {
			keys = append(keys, i.Key)
		}
		if !slices.Equal(keys, want) || p.Count != len(want) {
			t.Errorf("in the queue %s are %v, counted as %d, want %v", queue, keys, p.Count, want)
		}
		return p
	}
	if p := in(store.QueueUntagged, "bridge-bare"); len(p.Items) == 1 && (p.Items[0].Kind != narrative.KindArticle || p.Items[0].Note != "The Courier" || p.Items[0].At == nil) {
		t.Errorf("it is told as %+v", p.Items[0])
	}
	if p := in(store.QueueSecond, "bridge-open"); len(p.Items) == 1 && (p.Items[0].Note != "One editor: published without a second pair of eyes. Nobody else is in tonight." || p.Items[0].At == nil) {
		t.Errorf("it is told as %+v", p.Items[0])
	}
	tagIn(t, s, "bridge-bare", narrative.Claim{Source: "mayor", Voice: narrative.Paraphrase, Chain: []narrative.Hop{{By: "courier", Role: narrative.RoleOutlet}}}, "The ferry sails at night")
	in(store.QueueUntagged)
	if err := signOff(s, ctx, preview(t, s, "bridge-open"), "somebody else"); err != nil {
		t.Fatal(err)
	}
	in(store.QueueSecond)
}

// TestKinFirst puts what stands in a noun's dispute first and leaves all other order as it is.
func TestKinFirst(t *testing.T) {
	t.Parallel()
	c := narrativetest.Bridge()
	other := c.Disputes[0]
	other.Slug = "other-quarrel"
	c.Disputes = append(c.Disputes, other)
	toll := c.Facts[0]
	toll.Slug, toll.Dispute, toll.Aspects, toll.Periods, toll.Points, toll.Gaps = "toll", "other-quarrel", nil, nil, nil, nil
	c.Facts = append(c.Facts, toll)
	for b := range c.Articles[0].Blocks {
		for i := range c.Articles[0].Blocks[b].Claims {
			if x := &c.Articles[0].Blocks[b].Claims[i]; x.Source == "envoy" {
				x.Stances = []narrative.Stance{{Fact: "toll", Mode: narrative.Concern}}
			}
		}
	}
	c.Sources = append(c.Sources, narrative.Source{Slug: "bystander", Name: "A bystander", Kind: narrative.Person})
	s := stored(t, c)
	found := func(keys ...string) (list []store.Found) {
		for _, k := range keys {
			kind := narrative.KindSource
			if k == "toll" || k == "bridge-open" {
				kind = narrative.KindFact
			}
			list = append(list, store.Found{Kind: kind, Slug: k})
		}
		return list
	}
	for _, tt := range []struct {
		of         store.NounKey
		list, want []string
	}{
		{store.NounKey{Kind: narrative.KindSource, Key: "mayor"}, []string{"bystander", "envoy", "council", "mayor"}, []string{"council", "mayor", "bystander", "envoy"}},
		{store.NounKey{Kind: narrative.KindSource, Key: "envoy"}, []string{"council", "envoy", "mayor"}, []string{"envoy", "council", "mayor"}},
		{store.NounKey{Kind: narrative.KindFact, Key: "toll"}, []string{"bridge-open", "mayor", "envoy", "toll"}, []string{"envoy", "toll", "bridge-open", "mayor"}},
		{store.NounKey{Kind: narrative.KindSource, Key: "bystander"}, []string{"mayor", "envoy"}, []string{"mayor", "envoy"}},
		{store.NounKey{Kind: narrative.KindSource, Key: "nobody"}, []string{"mayor", "envoy"}, []string{"mayor", "envoy"}},
		{store.NounKey{Kind: narrative.KindSource, Key: "mayor"}, nil, nil},
	} {
		list := found(tt.list...)
		if err := s.KinFirst(t.Context(), tt.of, list); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range list {
			got = append(got, f.Slug)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("of %s, %v comes as %v, want %v", tt.of.Key, tt.list, got, tt.want)
		}
	}
}
