package api

import (
	"context"
	"net/http"
	"reflect"

	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// A DeskSlug names a noun in the path.
type DeskSlug struct {
	Slug string `path:"slug" maxLength:"80" doc:"Its name in addresses." example:"bridge-open"`
}

type getNounInput struct{ DeskSlug }

type putNounInput struct {
	DeskSlug
	DeskHeld
	DeskWhy
	DeskBody
}

type postNounInput struct {
	DeskOnce
	DeskWhy
	DeskBody
}

// A deskKind is a kind of noun, with the words for one and for all.
type deskKind struct {
	kind     narrative.Kind
	one, all string // all as in addresses
	typ      reflect.Type
}

// deskKinds has every kind of noun that has a slug.
var deskKinds = []deskKind{
	{narrative.KindDispute, "a dispute", "disputes", reflect.TypeFor[narrative.Dispute]()},
	{narrative.KindParty, "a party", "parties", reflect.TypeFor[narrative.Party]()},
	{narrative.KindOutlet, "an outlet", "outlets", reflect.TypeFor[narrative.Outlet]()},
	{narrative.KindSource, "a source", "sources", reflect.TypeFor[narrative.Source]()},
	{narrative.KindPlace, "a place", "places", reflect.TypeFor[narrative.Place]()},
	{narrative.KindTerm, "a term", "terms", reflect.TypeFor[narrative.Term]()},
	{narrative.KindEvent, "an event", "events", reflect.TypeFor[narrative.Event]()},
	{narrative.KindRecord, "a record", "records", reflect.TypeFor[narrative.Record]()},
	{narrative.KindFact, "a fact", "facts", reflect.TypeFor[narrative.Fact]()},
	{narrative.KindArticle, "an article", "articles", reflect.TypeFor[narrative.Article]()},
}

// path is where the nouns of the kind are, without /api.
func (k deskKind) path() string { return "/v1/desk/" + k.all }

// at is the whole path of one of them.
func (k deskKind) at(slug string) string { return "/api" + k.path() + "/" + slug }

func registerDeskNouns(a *API) {
	for _, k := range deskKinds {
		desk(a, deskOperation{
			id: "desk-read-" + string(k.kind), method: http.MethodGet, path: k.path() + "/{slug}", summary: "Read " + k.one + " of the desk",
			description: "As the desk has it now, published or not.", role: store.RoleContributor, answer: k.typ, statuses: []int{404},
		}, a.readNoun(k))
		desk(a, deskOperation{
			id: "desk-change-" + string(k.kind), method: http.MethodPut, path: k.path() + "/{slug}", summary: "Change " + k.one,
			description: "Replaces it whole. A slug other than that of the address renames it; the old address leads on.",
			role:        store.RoleEditor, body: k.typ, answer: k.typ, statuses: []int{404, 409, 412, 428},
		}, a.changeNoun(k))
		if k.kind == narrative.KindArticle {
			continue // may come with its text
		}
		desk(a, deskOperation{
			id: "desk-add-" + string(k.kind), method: http.MethodPost, path: k.path(), summary: "Add " + k.one,
			description: "A slug that is or was used is a fault.", role: store.RoleEditor, body: k.typ, answer: k.typ, statuses: []int{409},
		}, a.addNoun(k))
	}
}

func (a *API) readNoun(k deskKind) func(context.Context, *getNounInput) (deskAnswer, error) {
	return func(ctx context.Context, in *getNounInput) (deskAnswer, error) {
		n, err := a.store.Noun(ctx, store.NounKey{Kind: k.kind, Key: in.Slug})
		if err != nil {
			return deskAnswer{}, err
		}
		return answerWith(n.Doc, n.Version, "")
	}
}

func (a *API) changeNoun(k deskKind) func(context.Context, *putNounInput) (deskAnswer, error) {
	return func(ctx context.Context, in *putNounInput) (deskAnswer, error) {
		version, err := in.version()
		if err != nil {
			return deskAnswer{}, err
		}
		doc, err := k.read(in.RawBody)
		if err != nil {
			return deskAnswer{}, err
		}
		n, err := a.store.Save(ctx, store.Edit{Doc: doc, Was: in.Slug, Version: version, Actor: account(ctx).Name, Why: in.Why})
		if err != nil {
			return deskAnswer{}, err
		}
		location := ""
		if n.Key != in.Slug {
			location = k.at(n.Key)
		}
		return answerWith(n.Doc, n.Version, location)
	}
}

func (a *API) addNoun(k deskKind) func(context.Context, *postNounInput) (deskAnswer, error) {
	return func(ctx context.Context, in *postNounInput) (deskAnswer, error) {
		return a.once(ctx, in.Key, in.RawBody, func() (func(context.Context) (deskAnswer, error), error) {
			doc, err := k.read(in.RawBody)
			if err != nil {
				return nil, err
			}
			return func(ctx context.Context) (deskAnswer, error) {
				n, err := a.store.Save(ctx, store.Edit{Doc: doc, Actor: account(ctx).Name, Why: in.Why})
				if err != nil {
					return deskAnswer{}, err
				}
				return answerWith(n.Doc, n.Version, k.at(n.Key))
			}, nil
		})
	}
}

// read reads a noun of the kind.
func (k deskKind) read(body []byte) (any, error) {
	doc := reflect.New(k.typ)
	if p := readCorpus(body, doc.Interface()); p != nil {
		return nil, p
	}
	return doc.Elem().Interface(), nil
}
