package api

import (
	"context"
	"net/http"
	"net/url"

	"counterclaim/internal/store"
	"counterclaim/internal/web/ui"
)

// An Edition is the published, numbered state of a fact, without its content.
type Edition struct {
	EditionRef
	Fact       Noun   `json:"fact" doc:"The contested fact, by its slug of today."`
	Fiction    bool   `json:"fiction" doc:"The fact is invented, for practice." example:"true"`
	Kind       string `json:"kind,omitempty" enum:"first,update,correction,withdrawn,merged" doc:"Why it was published: a correction mends a mistake of the editors; a withdrawn or merged fact is on no list any more. Absent of one that was taken down." example:"correction"`
	Reason     string `json:"reason,omitempty" doc:"What changed and why. Absent of one that was taken down." example:"The hearing was on 2 June, not on 3 June."`
	Review     string `json:"review,omitempty" doc:"That nobody else had looked at it before it was published, and why; absent where somebody had, or none was needed." example:"One editor: published without a second pair of eyes. Nobody else was in."`
	LogIndex   string `json:"log_index" pattern:"^[0-9]+$" doc:"The number of its entry in the log, from 0." example:"41"`
	SHA256     string `json:"sha256" pattern:"^[0-9a-f]{64}$" doc:"The hash of the canonical bytes that were published, as the log has it." example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`
	WithheldOn string `json:"withheld_on,omitempty" format:"date-time" doc:"When something of it was taken down last; absent where nothing ever was. The log keeps its hash." example:"2031-09-01T12:00:00Z"`
	Gone       bool   `json:"gone" doc:"All of it was taken down." example:"false"`
}

func (a *API) edition(e store.EditionEntry) Edition {
	edition := Edition{
		EditionRef: a.editionRef(e.Fact, e.Number, moment(e.PublishedAt)),
		Fact:       a.noun(e.Fact, e.Title, ui.FactPath), Fiction: e.Fiction,
		Kind: string(e.Kind), Reason: e.Reason, Review: e.Review, LogIndex: decimal(e.LogIndex), SHA256: e.BodySHA256, Gone: !e.RedactedOn.IsZero(),
	}
	if !e.WithheldOn.IsZero() {
		edition.WithheldOn = moment(e.WithheldOn)
	}
	return edition
}

type editionsQuery struct {
	Paging
	Slug string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The fact's name in addresses." example:"bridge-open"`
}

type editionPath struct {
	Slug   string `path:"slug" maxLength:"80" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The fact's name in addresses." example:"bridge-open"`
	Number int    `path:"number" minimum:"1" maximum:"2147483647" doc:"The edition's number." example:"1"`
}

func registerEditions(a *API) {
	describe[Edition](a, "The published, numbered state of a contested fact, without its content. It never changes.")
	list(a, reading("list-editions", "Editions", "/v1/facts/{slug}/editions", "The editions of a fact", "All editions of a contested fact, the newest first.",
		http.StatusMovedPermanently, http.StatusNotFound),
		func(ctx context.Context, in *editionsQuery) ([]Edition, string, error) {
			l, err := a.store.EditionEntries(ctx, in.Slug, in.After, in.Limit)
			return each(l.Editions, a.edition), l.More, a.movedBy(err, apiPath(ui.EditionsPath))
		},
		func(in *editionsQuery) (string, url.Values) { return ui.APIOf(ui.EditionsPath(in.Slug)), in.query() })
	get(a, reading("read-edition", "Editions", "/v1/facts/{slug}/editions/{number}", "One edition",
		"What is known of one edition: why and when it was published, its hash and its place in the log. It stays at the address at which it was published, whatever its fact is called today. Its content is at the address data.",
		http.StatusNotFound),
		func(ctx context.Context, in *editionPath) (Edition, error) {
			e, err := a.store.EditionEntry(ctx, in.Slug, in.Number)
			return a.edition(e), err
		})
}
