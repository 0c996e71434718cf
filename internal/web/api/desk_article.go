package api

import (
	"context"
	"encoding/base64"
	"errors"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"counterclaim/internal/intake"
	"counterclaim/internal/narrative"
	"counterclaim/internal/store"
)

// A longText is a text of an article.
type longText string

// A DeskNewArticle is what a program sends to bring in an article.
type DeskNewArticle struct {
	narrative.Article `yaml:",inline"`
	Text              longText      `yaml:"text,omitempty"`
	Original          longText      `yaml:"original,omitempty"` // base 64
	Format            intake.Format `yaml:"format,omitempty"`
	MediaType         string        `yaml:"media_type,omitempty"`
	File              string        `yaml:"file,omitempty"`
}

// A DeskBrought is the answer to an article that was brought in.
type DeskBrought struct {
	Article narrative.Article `yaml:"article"`
	Capture string            `yaml:"capture,omitempty"`
	Length  int               `yaml:"length"`
	Cut     []DeskCut         `yaml:"cut"`
	Notes   []string          `yaml:"notes"`
	Like    []DeskLike        `yaml:"like"`
}

// A DeskCut is something that was cut from a text.
type DeskCut struct {
	Text   longText `yaml:"text"`
	Reason string   `yaml:"reason"`
}

// A DeskLike is an article whose text is much like another's.
type DeskLike struct {
	Article     narrative.Slug `yaml:"article"`
	Headline    string         `yaml:"headline"`
	Share       int            `yaml:"share"` // in a hundred
	SameAddress bool           `yaml:"same_address"`
}

// A DeskText is the text in which an article is tagged.
type DeskText struct {
	Article  narrative.Slug `yaml:"article"`
	Capture  string         `yaml:"capture"`
	Full     bool           `yaml:"full"`
	Captured string         `yaml:"captured"`
	Length   int            `yaml:"length"`
	Text     longText       `yaml:"text"`
	Marks    []DeskMark     `yaml:"marks"`
}

// A DeskMark says where a page or a moment begins.
type DeskMark struct {
	Start int    `yaml:"start"`
	Label string `yaml:"label"`
}

// articles is the kind of articles.
var articles = deskKinds[len(deskKinds)-1]

func registerDeskArticles(a *API) {
	desk(a, deskOperation{
		id: "desk-add-article", method: http.MethodPost, path: articles.path(), summary: "Bring in an article",
		description: "With its text, or with the file that holds it, the article and the captured text are kept together or not at all. " +
			"What the site itself has put around the text is cut and told. Articles with much the same text are told, too; whether they are the same is for an editor to say. A body has at most 5 MiB.",
		role: store.RoleContributor, body: reflect.TypeFor[DeskNewArticle](), answer: reflect.TypeFor[DeskBrought](), largest: largestArticle, statuses: []int{409},
	}, a.bringArticle)
	desk(a, deskOperation{
		id: "desk-read-text", method: http.MethodGet, path: articles.path() + "/{slug}/text", summary: "Read the text of an article",
		description: "The text in which its claims are tagged: the latest full one that was captured or, if there is none, the latest excerpt. Spans of claims count its code points.",
		role:        store.RoleContributor, answer: reflect.TypeFor[DeskText](), statuses: []int{404},
	}, a.readText)
}

func (a *API) readText(ctx context.Context, in *getNounInput) (deskAnswer, error) {
	t, err := a.store.TaggedText(ctx, narrative.Slug(in.Slug))
	if err != nil {
		return deskAnswer{}, err
	}
	text := DeskText{
		Article: narrative.Slug(in.Slug), Capture: decimal(t.Capture), Full: t.Full, Captured: moment(t.At), Length: t.Text.Len(), Text: longText(t.Text.String()),
	}
	for _, m := range t.Marks {
		text.Marks = append(text.Marks, DeskMark(m))
	}
	return answerWith(text, 0, "")
}

func (a *API) bringArticle(ctx context.Context, in *postNounInput) (deskAnswer, error) {
	return a.once(ctx, in.Key, in.RawBody, func() (func(context.Context) (deskAnswer, error), error) {
		var sent DeskNewArticle
		if p := readCorpus(in.RawBody, &sent); p != nil {
			return nil, p
		}
		actor := account(ctx).Name
		if sent.Text == "" && sent.Original == "" {
			return func(ctx context.Context) (deskAnswer, error) {
				n, err := a.store.Save(ctx, store.Edit{Doc: sent.Article, Actor: actor, Why: in.Why})
				if err != nil {
					return deskAnswer{}, err
				}
				return answerWith(DeskBrought{Article: n.Doc.(narrative.Article)}, n.Version, articles.at(n.Key))
			}, nil
		}
		received, err := sent.received()
		if err != nil {
			return nil, err
		}
		draft, err := a.draft(ctx, sent.Article, received)
		if err != nil {
			return nil, err
		}
		signature := intake.Shingles(draft.Text.String())
		answer := DeskBrought{Length: draft.Text.Len(), Notes: draft.Notes}
		for _, c := range draft.Cuts {
			answer.Cut = append(answer.Cut, DeskCut{longText(c.Text), string(c.Reason)})
		}
		if answer.Like, err = a.like(ctx, signature, sent.URL); err != nil {
			return nil, err
		}
		bringing := store.Bringing{
			Article: sent.Article, Text: draft.Text, Original: received.Body, At: received.At, Prints: signature.Prints, Actor: actor, Why: in.Why,
		}
		for _, m := range draft.Marks {
			bringing.Marks = append(bringing.Marks, store.Mark{Start: m.At, Label: m.Label})
		}
		return func(ctx context.Context) (deskAnswer, error) {
			n, capture, err := a.store.Bring(ctx, bringing)
			if err != nil {
				return deskAnswer{}, err
			}
			answer.Article, answer.Capture = n.Doc.(narrative.Article), decimal(capture)
			return answerWith(answer, n.Version, articles.at(n.Key))
		}, nil
	})
}

// received returns the file that an article came with, or its text as one.
func (s DeskNewArticle) received() (intake.Received, error) {
	r := intake.Received{URL: s.URL, At: time.Now().UTC().Truncate(time.Second)}
	switch {
	case s.Text != "" && s.Original != "":
		return r, unfitAt("/original", "not expected beside a text; expected the one or the other")
	case s.Text != "":
		if s.Format != "" && s.Format != intake.Text && s.Format != intake.Markdown {
			return r, unfitAt("/format", "%q is not the format of a text; expected text or markdown, or the file as original", clipped(string(s.Format)))
		}
		r.Format, r.Body, r.Name, r.MediaType = s.Format, []byte(s.Text), "text.txt", "text/plain; charset=utf-8"
		if r.Format == "" {
			r.Format = intake.Text
		}
		return r, nil
	}
	body, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(s.Original)), ""))
	if err != nil || len(body) == 0 {
		return r, unfitAt("/original", "not readable; expected a file in base 64 (RFC 4648, 4)")
	}
	known := deskChoices[reflect.TypeFor[intake.Format]()]
	if s.Format != "" && !slices.Contains(known, string(s.Format)) {
		return r, unfitAt("/format", "%q is unknown; expected one of %s", clipped(string(s.Format)), strings.Join(known, ", "))
	}
	r.Format, r.Body, r.Name, r.MediaType = s.Format, body, s.File, s.MediaType
	return r, nil
}

// draft reads what was received as the article that it is said to be.
func (a *API) draft(ctx context.Context, article narrative.Article, received intake.Received) (intake.Draft, error) {
	hints := intake.Hints{Headline: article.Headline}
	n, err := a.store.Noun(ctx, store.NounKey{Kind: narrative.KindOutlet, Key: string(article.Outlet)})
	switch outlet, ok := n.Doc.(narrative.Outlet); {
	case err == nil && ok:
		hints.Boilerplate = outlet.Boilerplate
	case errors.Is(err, store.ErrUnavailable):
		return intake.Draft{}, err
	} // of an outlet that is not there the rules tell
	if received.IsPDF() {
		if err := a.store.Spend(ctx, store.CostPDF, account(ctx).Name); err != nil {
			return intake.Draft{}, err
		}
	}
	draft, err := intake.Read(received, hints)
	if errors.Is(err, intake.ErrBusy) {
		return intake.Draft{}, err
	}
	if err != nil {
		pointer := "/original"
		if received.Name == "text.txt" {
			pointer = "/text"
		}
		return intake.Draft{}, unfitAt(pointer, "%v", err)
	}
	if draft.Text.Len() == 0 {
		return intake.Draft{}, unfitAt("/text", "%v", intake.ErrEmpty)
	}
	return draft, nil
}

// like returns the articles whose text is much like one with a signature, or whose address is the same.
func (a *API) like(ctx context.Context, signature intake.Signature, address string) ([]DeskLike, error) {
	if err := a.store.Spend(ctx, store.CostReprint, account(ctx).Name); err != nil {
		return nil, err
	}
	if _, err := a.store.IndexReprints(ctx, func(text string) []int32 { return intake.Shingles(text).Prints }); err != nil {
		return nil, err
	}
	found, err := a.store.Reprints(ctx, signature.Prints, address)
	if err != nil {
		return nil, err
	}
	var list []DeskLike
	for _, l := range found {
		share := intake.Containment(signature, intake.Shingles(l.Text))
		if share >= intake.Suggest || l.Here {
			list = append(list, DeskLike{l.Article, l.Headline, int(math.Round(100 * share)), l.Here})
		}
	}
	return list, nil
}
