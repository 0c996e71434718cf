package api

import (
	"context"
	"net/http"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// Changes is what has changed between two editions of a fact.
type Changes struct {
	Page        string    `json:"page" format:"uri" doc:"The page for readers that tells the same." example:"https://counterclaim.example/facts/bridge-open/changes/1..3"`
	Fact        Noun      `json:"fact" doc:"The contested fact; its name is the question as the later edition has it."`
	Fiction     bool      `json:"fiction" doc:"The fact is invented, for practice." example:"true"`
	Before      Imprint   `json:"before" doc:"The earlier edition."`
	After       Imprint   `json:"after" doc:"The later edition."`
	Corrections []Imprint `json:"corrections" doc:"The editions after the earlier one, up to the later, that mend a mistake of the editors, the oldest first."`
	Count       int       `json:"count" minimum:"0" doc:"How many changes follow from no other." example:"3"`
	Changes     []Change  `json:"changes" doc:"The changes, those that are counted first. What was changed in between and changed back is none."`
}

// An Imprint says which edition it is, of when and why.
type Imprint struct {
	EditionRef
	Kind   string `json:"kind" enum:"first,update,correction,withdrawn,merged" doc:"Why it was published." example:"update"`
	Reason string `json:"reason" doc:"What changed and why." example:"Two articles of the same week were added."`
	Review string `json:"review,omitempty" doc:"That nobody else had looked at it before it was published, and why; absent where somebody had, or none was needed." example:"One editor: published without a second pair of eyes. Nobody else was in."`
}

// A Change is one thing that differs.
type Change struct {
	Kind    string `json:"kind" doc:"The name of the kind of change." example:"claim-added"`
	Subject string `json:"subject,omitempty" doc:"What changed: the code of a claim, or the slug of something else." example:"V8N-K4HM"`
	Object  string `json:"object,omitempty" doc:"The other claim of a counter-claim, the words of a figure, the title of a gap or line." example:"B4P-CM9Z"`
	Aspect  string `json:"aspect,omitempty" doc:"The aspect's slug, of a position." example:"by-whom"`
	Follows bool   `json:"follows" doc:"It follows from other changes and is not counted." example:"false"`
	Text    string `json:"text" doc:"The change in a sentence." example:"Carters’ guild: new here."`
	Before  string `json:"before,omitempty" doc:"What stood there before; absent where the sentence says all." example:"Said 3 June 2031."`
	After   string `json:"after,omitempty" doc:"What stands there now; absent where the sentence says all." example:"Said 2 June 2031."`
}

func (a *API) changes(d edition.Difference, fact, title string) Changes {
	imprint := func(i edition.Imprint) Imprint {
		return Imprint{a.editionRef(fact, i.Number, i.PublishedAt), string(i.Kind), i.Reason, i.Review}
	}
	c := Changes{
		Page: a.page(ui.ChangesPath(fact, d.Before.Number, d.After.Number)), Fact: a.noun(fact, title, ui.FactPath), Fiction: d.Fiction,
		Before: imprint(d.Before), After: imprint(d.After), Corrections: orEmpty(each(d.Corrections, imprint)), Count: d.Count, Changes: []Change{},
	}
	for _, x := range d.Changes {
		c.Changes = append(c.Changes, Change{
			string(x.Kind), x.Subject, x.Object, x.Aspect, x.Follows, x.Sentence().String(), x.Before.String(), x.After.String(),
		})
	}
	return c
}

type changesQuery struct {
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The fact's name in addresses." example:"bridge-open"`
	From int    `query:"from" required:"true" minimum:"1" maximum:"2147483647" doc:"The number of the earlier edition." example:"1"`
	To   int    `query:"to" required:"true" minimum:"1" maximum:"2147483647" doc:"The number of the later edition." example:"3"`
}

func registerChanges(a *API) {
	describe[Changes](a, "What has changed between two editions of a contested fact, in the terms of a reader.")
	describe[Imprint](a, "Which edition it is, of when and why.")
	describe[Change](a, "One thing that differs between two editions.")
	get(a, reading("read-changes", "Editions", "/v1/facts/{slug}/changes", "What has changed",
		"What has changed from one edition of a contested fact to a later one. It is gone only where one of the two was taken down.",
		http.StatusNotFound, http.StatusGone), a.readChanges)
}

func (a *API) readChanges(ctx context.Context, in *changesQuery) (Changes, error) {
	if in.To < in.From {
		return Changes{}, unfit(Fault{"query.to", "expected the number of no earlier edition than from"})
	}
	p, err := a.store.Pair(ctx, in.Slug, in.From, in.To)
	if err != nil {
		return Changes{}, err
	}
	before, err := bodyOf(p.Before)
	if err != nil {
		return Changes{}, err
	}
	after, err := bodyOf(p.After)
	if err != nil {
		return Changes{}, err
	}
	d := edition.Compare(before, after)
	d.Corrections = p.Corrections
	return a.changes(d, p.After.Fact, after.Content.Title), nil
}
