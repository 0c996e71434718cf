package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
	"counterclaim/internal/passage"
	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// A DeskPreview is facts as they would be published now.
type DeskPreview struct {
	Facts []DeskPreviewed `yaml:"facts"`
}

// A DeskPreviewed is a fact as it would be published now.
type DeskPreviewed struct {
	Fact     narrative.Slug `yaml:"fact"`
	Expect   string         `yaml:"expect"`
	Edition  int            `yaml:"edition"`
	Changed  bool           `yaml:"changed"`
	Changes  int            `yaml:"changes"`
	Problems []DeskNote     `yaml:"problems"`
	Warnings []DeskNote     `yaml:"warnings"`
	Review   []DeskReview   `yaml:"review"`
}

// A DeskNote is something to be looked at in a noun.
type DeskNote struct {
	Kind    narrative.Kind `yaml:"kind"`
	Key     string         `yaml:"key"`
	Pointer string         `yaml:"pointer"`
	Detail  longText       `yaml:"detail"`
}

// A DeskReview is something that a second pair of eyes looks at.
type DeskReview struct {
	Key      string         `yaml:"key"`
	Kind     string         `yaml:"kind"`
	Text     longText       `yaml:"text"`
	Claim    narrative.Code `yaml:"claim,omitempty"`
	Due      bool           `yaml:"due"`
	Author   string         `yaml:"author,omitempty"`
	SignedBy string         `yaml:"signed_by,omitempty"`
}

// A DeskPublish asks for facts to be published together.
type DeskPublish struct {
	Facts  []narrative.Slug          `yaml:"facts"`
	Reason string                    `yaml:"reason"`
	Kind   edition.Kind              `yaml:"kind"`
	Expect map[narrative.Slug]string `yaml:"expect"`
	Waiver string                    `yaml:"waiver,omitempty"`
}

// A DeskPublished tells what was published.
type DeskPublished struct {
	Editions []DeskEdition `yaml:"editions"`
}

// A DeskEdition is the latest edition of a fact.
type DeskEdition struct {
	Fact    narrative.Slug `yaml:"fact"`
	Number  int            `yaml:"number"`
	Changed bool           `yaml:"changed"`
	Page    string         `yaml:"page"`
}

type previewInput struct {
	Facts []string `query:"facts" required:"true" minItems:"1" maxItems:"50" doc:"The facts, with commas between them." example:"bridge-open,swans-counted"`
}

type publishInput struct {
	DeskOnce
	DeskBody
}

// mostTogether is how many facts are published together at most.
const mostTogether = 50

func registerDeskPublishing(a *API) {
	desk(a, deskOperation{
		id: "desk-preview", method: http.MethodGet, path: "/v1/desk/preview", summary: "See what publishing would change",
		description: "Nothing is written.", role: store.RoleContributor, answer: reflect.TypeFor[DeskPreview](), statuses: []int{404},
	}, a.preview)
	desk(a, deskOperation{
		id: "desk-publish", method: http.MethodPost, path: "/v1/desk/publish", summary: "Publish facts",
		description: "All of them, or none. What has changed since the preview, and what needs a second pair of eyes and has had none, answers 409. A fact whose content is that of its latest edition gets none.",
		role:        store.RoleEditor, body: reflect.TypeFor[DeskPublish](), answer: reflect.TypeFor[DeskPublished](), statuses: []int{404, 409},
	}, a.publish)
}

func (a *API) preview(ctx context.Context, in *previewInput) (deskAnswer, error) {
	slugs := make([]narrative.Slug, len(in.Facts))
	for i, f := range in.Facts {
		slugs[i] = narrative.Slug(strings.TrimSpace(f))
		if slices.Contains(slugs[:i], slugs[i]) {
			p := deskProblem(http.StatusUnprocessableEntity, badRequest)
			p.Errors = append(p.Errors, DeskFault{Location: "query.facts", Detail: fmt.Sprintf("%q comes twice", clipped(f))})
			return deskAnswer{}, p
		}
	}
	list, err := a.store.Preview(ctx, slugs)
	if err != nil {
		return deskAnswer{}, err
	}
	var answer DeskPreview
	for _, p := range list {
		f := DeskPreviewed{
			Fact: p.Fact, Expect: p.Token, Edition: p.Number, Changed: p.Changed, Problems: notesOf(p.Problems), Warnings: notesOf(p.Warnings),
		}
		if p.Latest != nil && p.Content.Key != "" {
			f.Changes = edition.Compare(*p.Latest, edition.Body{Fact: p.Latest.Fact, Number: p.Number + 1, Kind: edition.Update, Content: p.Content}).Count
		}
		for _, r := range p.Review {
			f.Review = append(f.Review, DeskReview{r.Key, string(r.Kind), longText(r.Text.String()), r.Claim, r.Due, r.Author, r.SignedBy})
		}
		answer.Facts = append(answer.Facts, f)
	}
	return answerWith(answer, 0, "")
}

func notesOf(problems []narrative.Problem) []DeskNote {
	notes := make([]DeskNote, len(problems))
	for i, p := range problems {
		notes[i] = DeskNote{p.Kind, p.Key, pointerOf(p.Path), longText(p.Message)}
	}
	return notes
}

func (a *API) publish(ctx context.Context, in *publishInput) (deskAnswer, error) {
	return a.once(ctx, in.Key, in.RawBody, func() (func(context.Context) (deskAnswer, error), error) {
		var sent DeskPublish
		if p := readCorpus(in.RawBody, &sent); p != nil {
			return nil, p
		}
		if p := unfitBody(sent.faults()...); p != nil {
			return nil, p
		}
		return func(ctx context.Context) (deskAnswer, error) {
			published, err := a.store.Publish(ctx, store.Publication{
				Facts: sent.Facts, Reason: sent.Reason, Kind: sent.Kind, Actor: account(ctx).Name, Expect: sent.Expect, Waiver: sent.Waiver,
			})
			if unsound, ok := errors.AsType[*store.Unsound](err); ok { // what is wrong is in the nouns, not in the body
				var faults []DeskFault
				for _, p := range unsound.Problems {
					faults = append(faults, DeskFault{"body", "/facts", p.String()})
				}
				return deskAnswer{}, unfitBody(faults...)
			}
			if err != nil {
				return deskAnswer{}, err
			}
			var answer DeskPublished
			for _, p := range published {
				answer.Editions = append(answer.Editions, DeskEdition{p.Fact, p.Number, p.Changed, a.page(ui.EditionPath(string(p.Fact), p.Number))})
			}
			return answerWith(answer, 0, "")
		}, nil
	})
}

// faults says what is wrong with a publication before anything is looked up. It brings reason and waiver into one line.
func (p *DeskPublish) faults() []DeskFault {
	var faults []DeskFault
	add := func(pointer, format string, args ...any) {
		faults = append(faults, DeskFault{"body", pointer, fmt.Sprintf(format, args...)})
	}
	switch {
	case len(p.Facts) == 0:
		add("/facts", "missing; expected a list of at least one")
	case len(p.Facts) > mostTogether:
		add("/facts", "a list of %d; expected at most %d", len(p.Facts), mostTogether)
	}
	for i, f := range p.Facts {
		at := fmt.Sprintf("/facts/%d", i)
		switch {
		case !f.Valid():
			add(at, "%q is no slug", clipped(string(f)))
		case slices.Contains(p.Facts[:i], f):
			add(at, "comes twice")
		case p.Expect[f] == "":
			add("/expect/"+string(f), "missing; expected what the preview gave for the fact")
		}
	}
	if p.Kind != edition.Update && p.Kind != edition.Correction {
		add("/kind", "%q is unknown; expected one of %s, %s", clipped(string(p.Kind)), edition.Update, edition.Correction)
	}
	if strings.TrimSpace(p.Reason) == "" {
		add("/reason", needsReason)
	}
	for _, line := range []struct {
		pointer string
		text    *string
	}{{"/reason", &p.Reason}, {"/waiver", &p.Waiver}} {
		clean, err := passage.NewText(strings.Join(strings.Fields(*line.text), " "))
		switch {
		case err != nil:
			add(line.pointer, "%v", err)
		case clean.Len() > narrative.MaxLine:
			add(line.pointer, "%d characters long; expected at most %d", clean.Len(), narrative.MaxLine)
		}
		*line.text = clean.String()
	}
	return faults
}
