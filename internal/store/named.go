package store

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// names are the slugs and codes that nouns speak of, of whatever kind.
type names struct {
	slugs map[narrative.Slug]bool
	codes map[narrative.Code]bool
}

// namesIn returns what a noun names anywhere: in fields and in the marks of its text.
func namesIn(docs ...any) names {
	n := names{map[narrative.Slug]bool{}, map[narrative.Code]bool{}}
	for _, doc := range docs {
		n.walk(reflect.ValueOf(doc))
	}
	return n
}

func (n names) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			n.walk(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			n.walk(v.Index(i))
		}
	case reflect.String:
		switch s := v.Interface().(type) {
		case narrative.Slug:
			if s.Valid() { // else it names nothing, and may be no text
				n.slugs[s] = true
			}
		case narrative.Code:
			if s.Valid() {
				n.codes[s] = true
			}
		case narrative.Markup:
			n.marks(s)
		}
	}
}

// marks adds what markup names; what cannot be read names nothing.
func (n names) marks(m narrative.Markup) {
	paragraphs, _ := m.Runs()
	for _, runs := range paragraphs {
		for _, run := range runs {
			n.slugs[run.Place] = true
			n.slugs[narrative.Slug(run.Cite)] = true
			n.codes[narrative.Code(run.Cite)] = true
		}
	}
}

// loadNamed returns the nouns of every kind that have one of the names, the claims with their articles, and the speakers
// of those claims: all that the rules look at when a noun is checked that speaks of them.
func loadNamed(ctx context.Context, tx pgx.Tx, n names) (narrative.Collection, error) {
	c, err := loadSlugs(ctx, tx, n.slugs)
	if err != nil || len(n.codes) == 0 {
		return c, err
	}
	claims, err := loadClaims(ctx, tx, slices.Collect(maps.Keys(n.codes)))
	if err != nil || len(claims) == 0 {
		return c, err
	}
	// Claims of articles that are named besides stand in them; the others bring their articles along.
	more := map[narrative.Slug]bool{}
	for _, claim := range claims {
		more[claim.Article] = true
		more[claim.Source] = true
	}
	for slug := range n.slugs {
		delete(more, slug)
	}
	speakers, err := loadSlugs(ctx, tx, more)
	if err != nil {
		return c, err
	}
	c.Parties = append(c.Parties, speakers.Parties...)
	c.Outlets = append(c.Outlets, speakers.Outlets...)
	c.Sources = append(c.Sources, speakers.Sources...)
	c.Articles = append(c.Articles, speakers.Articles...)
	for i := range c.Articles {
		a := &c.Articles[i]
		for _, claim := range claims {
			if claim.Article == a.Slug {
				a.Blocks = append(a.Blocks, narrative.Block{Claims: []narrative.Claim{claim.Claim}})
			}
		}
	}
	return c, nil
}

// loadSlugs returns the nouns of every kind that have one of the slugs; articles without passages.
func loadSlugs(ctx context.Context, tx pgx.Tx, slugs map[narrative.Slug]bool) (narrative.Collection, error) {
	var c narrative.Collection
	delete(slugs, "")
	if len(slugs) == 0 {
		return c, nil
	}
	list := slices.Sorted(maps.Keys(slugs))
	var b pgx.Batch
	byName := func(kind narrative.Kind) string {
		t := nounTables[kind]
		return `SELECT ` + t.doc + ` FROM ` + t.table + ` WHERE slug = ANY ($1) ` + ownNouns(kind)
	}
	queue(&b, &c.Disputes, byName(narrative.KindDispute), list)
	queue(&b, &c.Parties, byName(narrative.KindParty), list)
	queue(&b, &c.Outlets, byName(narrative.KindOutlet), list)
	queue(&b, &c.Places, byName(narrative.KindPlace), list)
	queue(&b, &c.Terms, byName(narrative.KindTerm), list)
	queue(&b, &c.Sources, byName(narrative.KindSource), list)
	queue(&b, &c.Events, byName(narrative.KindEvent), list)
	queue(&b, &c.Facts, byName(narrative.KindFact), list)
	queue(&b, &c.Records, byName(narrative.KindRecord), list)
	queue(&b, &c.Articles, byName(narrative.KindArticle), list)
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return narrative.Collection{}, err
	}
	c.Sort()
	return c, nil
}

// loadClaims returns the claims that have one of the codes, in the order of articles and ordinals.
func loadClaims(ctx context.Context, q querier, codes []narrative.Code) ([]placedClaim, error) {
	rows, _ := q.Query(ctx, `
		SELECT `+claimDoc+`
		FROM claims c `+claimAnchors+`
		WHERE c.code = ANY ($1)
		ORDER BY c.article, c.ordinal`, codes)
	docs, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return nil, err
	}
	claims := make([]placedClaim, len(docs))
	for i, doc := range docs {
		if err := json.Unmarshal(doc, &claims[i]); err != nil {
			return nil, err
		}
	}
	return claims, nil
}
