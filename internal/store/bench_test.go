package store_test

import (
	"fmt"
	"testing"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
	"counterclaim/internal/store"
	"counterclaim/internal/store/storetest"
)

// crowded is the quarrel over the bridge with as many claims of the council as make 200 with those that it has.
func crowded() narrative.Collection {
	c := narrativetest.Bridge()
	a := &c.Articles[0]
	open := a.Blocks[0].Claims[1]
	for i := range 196 {
		claim := open
		claim.Code = narrative.Code(fmt.Sprintf("ZZZ-Z%03d", i))
		claim.Words = nil
		claim.Counters = append([]narrative.Counter(nil), open.Counters...)
		a.Blocks = append(a.Blocks, narrative.Block{
			Text: fmt.Sprintf("On the council's notice number %d it says that the bridge was open to all who came.", i), Claims: []narrative.Claim{claim},
		})
	}
	return c
}

// BenchmarkReading measures what stands in the database's hands of a page of a fact with 200 claims, and of the pages
// that show such claims again, besides an empty query.
func BenchmarkReading(b *testing.B) {
	s := storetest.New(b)
	fill(b, s)
	ctx := b.Context()
	for _, page := range []struct {
		name string
		read func() error
	}{
		{"a query alone", func() error { return s.Ready(ctx) }},
		{"edition", func() error { _, err := s.Edition(ctx, "bridge-open", 0); return err }},
		{"edition and its JSON", func() error {
			e, err := s.Edition(ctx, "bridge-open", 0)
			if err != nil {
				return err
			}
			_, err = edition.Read(e.Body)
			return err
		}},
		{"home", func() error { _, err := s.Home(ctx); return err }},
		{"source of 197 claims", func() error { _, err := s.Source(ctx, "council", ""); return err }},
		{"article of 200 claims", func() error { _, err := s.Article(ctx, "bridge-closed"); return err }},
		{"claim", func() error { _, err := s.Claim(ctx, narrativetest.Open); return err }},
	} {
		b.Run(page.name, func(b *testing.B) {
			for b.Loop() {
				if err := page.read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPublish measures what it takes to publish a fact with 200 claims anew.
func BenchmarkPublish(b *testing.B) {
	s := storetest.New(b)
	fill(b, s)
	desk, _ := store.Pools(s)
	for i := 0; b.Loop(); i++ {
		if _, err := desk.Exec(b.Context(), `UPDATE gaps SET text = $1`, fmt.Sprintf("Nobody counted the carts, said %d people.", i)); err != nil {
			b.Fatal(err)
		}
		done, err := s.Publish(b.Context(), store.Publication{Reason: "again", Kind: edition.Update, Actor: "test"})
		if err != nil || !done[0].Changed {
			b.Fatalf("published %+v (%v)", done, err)
		}
	}
}

func fill(b *testing.B, s *store.Store) {
	b.Helper()
	err := s.Import(b.Context(), "test", "", func(map[store.NounKey]string, narrative.Collection) (store.Plan, error) {
		return store.Plan{Write: crowded()}, nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.Publish(b.Context(), store.Publication{Reason: "first", Kind: edition.First, Actor: "test"}); err != nil {
		b.Fatal(err)
	}
}
