package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5"

	"counterclaim/internal/narrative"
)

// A Noun is one noun of the desk's, as it is now.
type Noun struct {
	NounKey
	// Doc is a narrative.Dispute, Party, Outlet, Source, Place, Term, Event, Record, Fact or Article, by Kind; an article
	// without its passages.
	Doc     any
	Version int
	Retired bool // stays where it is used and is offered for no new use
}

// A nounTable says where nouns of a kind are kept.
type nounTable struct {
	table string // with the alias that doc needs
	doc   string
	typ   reflect.Type
}

// nounTables has every kind of noun that has a slug.
var nounTables = map[narrative.Kind]nounTable{
	narrative.KindDispute: {"disputes", disputeDoc, reflect.TypeFor[narrative.Dispute]()},
	narrative.KindParty:   {"parties", partyDoc, reflect.TypeFor[narrative.Party]()},
	narrative.KindOutlet:  {"outlets", outletDoc, reflect.TypeFor[narrative.Outlet]()},
	narrative.KindSource:  {"sources s", sourceDoc, reflect.TypeFor[narrative.Source]()},
	narrative.KindPlace:   {"places p", placeDoc, reflect.TypeFor[narrative.Place]()},
	narrative.KindTerm:    {"terms t", termDoc, reflect.TypeFor[narrative.Term]()},
	narrative.KindEvent:   {"events e", eventDoc, reflect.TypeFor[narrative.Event]()},
	narrative.KindRecord:  {"records r", recordDoc, reflect.TypeFor[narrative.Record]()},
	narrative.KindFact:    {"facts f", factDoc, reflect.TypeFor[narrative.Fact]()},
	narrative.KindArticle: {"articles a", articleDoc, reflect.TypeFor[narrative.Article]()},
}

// name returns the table's name without its alias.
func (t nounTable) name() string {
	for i, c := range t.table {
		if c == ' ' {
			return t.table[:i]
		}
	}
	return t.table
}

// Noun returns a noun of any kind that has a slug; a source of the kind outlet is asked for as an outlet. The errors are
// [ErrNotFound] and [*Moved] where the noun has another slug now.
func (s *Store) Noun(ctx context.Context, key NounKey) (n Noun, err error) {
	defer wrap(&err, "Noun(%q, %q)", key.Kind, key.Key)
	return loadNoun(ctx, s.desk, key)
}

// A querier is a pool or a transaction.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// loadNoun reads a noun.
func loadNoun(ctx context.Context, q querier, key NounKey) (Noun, error) {
	t, ok := nounTables[key.Kind]
	if !ok {
		return Noun{}, fmt.Errorf("%w: no nouns of the kind %q", ErrNotFound, key.Kind)
	}
	var doc []byte
	n := Noun{NounKey: key}
	err := q.QueryRow(ctx, `
		SELECT `+t.doc+`, version, retired
		FROM `+t.table+`
		WHERE slug = $1 `+ownNouns(key.Kind), key.Key).Scan(&doc, &n.Version, &n.Retired)
	if errors.Is(err, pgx.ErrNoRows) {
		return Noun{}, movedTo(ctx, q, key)
	}
	if err != nil {
		return Noun{}, err
	}
	n.Doc, err = t.decode(doc)
	return n, err
}

// ownNouns keeps out of the nouns of a kind the rows that are none: of the sources outlets, which are nouns of their own, of
// the articles those that became part of another.
func ownNouns(kind narrative.Kind) string {
	if kind == narrative.KindSource {
		return `AND kind <> 'outlet' `
	}
	return notMerged(kind)
}

// notMerged keeps out of the articles those that became part of another.
func notMerged(kind narrative.Kind) string {
	if kind == narrative.KindArticle {
		return `AND merged_into IS NULL `
	}
	return ""
}

// decode reads a document.
func (t nounTable) decode(doc []byte) (any, error) {
	v := reflect.New(t.typ)
	if err := json.Unmarshal(doc, v.Interface()); err != nil {
		return nil, err
	}
	withoutEmpty(v.Elem())
	return v.Elem().Interface(), nil
}

// withoutEmpty makes lists without elements nil, as they are in a noun that was read from a form or file, so that two nouns
// that say the same are the same.
func withoutEmpty(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for _, field := range v.Fields() {
			withoutEmpty(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			withoutEmpty(v.Index(i))
		}
		if v.Len() == 0 {
			v.SetZero()
		}
	}
}

// movedTo is the error of a noun that is not there under its name: [*Moved] or [ErrNotFound].
func movedTo(ctx context.Context, q querier, key NounKey) error {
	var target *string
	err := q.QueryRow(ctx, `SELECT target FROM names WHERE kind = $1 AND name = $2`, key.Kind, key.Key).Scan(&target)
	switch {
	case err != nil:
		return err
	case target == nil:
		return ErrNotFound
	}
	return &Moved{*target}
}

// collectionWith returns the collection that holds one noun.
func collectionWith(doc any) narrative.Collection {
	var c narrative.Collection
	switch n := doc.(type) {
	case narrative.Dispute:
		c.Disputes = append(c.Disputes, n)
	case narrative.Party:
		c.Parties = append(c.Parties, n)
	case narrative.Outlet:
		c.Outlets = append(c.Outlets, n)
	case narrative.Source:
		c.Sources = append(c.Sources, n)
	case narrative.Place:
		c.Places = append(c.Places, n)
	case narrative.Term:
		c.Terms = append(c.Terms, n)
	case narrative.Event:
		c.Events = append(c.Events, n)
	case narrative.Record:
		c.Records = append(c.Records, n)
	case narrative.Fact:
		c.Facts = append(c.Facts, n)
	case narrative.Article:
		c.Articles = append(c.Articles, n)
	}
	return c
}

// nounKeyOf returns the kind and slug of a noun.
func nounKeyOf(doc any) NounKey {
	for kind, t := range nounTables {
		if reflect.TypeOf(doc) == t.typ {
			return NounKey{kind, reflect.ValueOf(doc).FieldByName("Slug").String()}
		}
	}
	return NounKey{}
}
