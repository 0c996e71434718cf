package web

import (
	"cmp"

	"counterclaim/internal/edition"
	"counterclaim/internal/narrative"
)

// Readers' words for what the nouns' fields say. A field that is not listed shows as it is.
var (
	voiceWords = map[narrative.Voice]string{
		narrative.DirectQuote: "direct quotation",
		narrative.Paraphrase:  "paraphrase",
		narrative.OutletVoice: "the outlet’s own voice",
	}
	basisWords = map[narrative.ClaimBasis]string{
		narrative.Witness:          "witness",
		narrative.FromDocument:     "a document",
		narrative.OwnCount:         "a count of its own",
		narrative.StatementOfOther: "what others stated",
	}
	modeWords = map[narrative.Mode]string{
		narrative.Asserted:    "asserted",
		narrative.Denied:      "by denying the opposite",
		narrative.Presupposed: "presupposed",
		narrative.Demanded:    "demanded",
		narrative.Conditional: "conditional",
		narrative.Concern:     "concern only; takes no position",
		narrative.Withheld:    "verdict withheld; takes no position",
	}
	classWords = map[narrative.VerbClass]string{
		narrative.VerbNeutral:    "neutral",
		narrative.VerbDistancing: "distancing",
		narrative.VerbConcessive: "conceding",
		narrative.VerbInsisting:  "insisting",
		narrative.VerbFactive:    "takes what follows for true",
		narrative.VerbDenying:    "denying",
		narrative.VerbPerforming: "an act of its own, as accusing or promising",
	}
	sourceWords = map[narrative.SourceKind]string{
		narrative.Person:       "Person",
		narrative.Body:         "Body",
		narrative.Side:         "Side, as texts name it",
		narrative.UnnamedGroup: "Unnamed group, never counted as holding a position",
		narrative.OutletSource: "Outlet in its own voice, never counted as holding a position",
	}
	articleWords = map[narrative.ArticleKind]string{
		narrative.Report:        "Report",
		narrative.StatementText: "Statement",
		narrative.Readout:       "Readout",
		narrative.DocumentText:  "Document",
		narrative.Transcript:    "Transcript",
		narrative.Post:          "Post",
	}
	eventWords = map[narrative.EventKind]string{
		narrative.Call:      "Call",
		narrative.Meeting:   "Meeting",
		narrative.Hearing:   "Hearing",
		narrative.Statement: "Statement",
		narrative.Happening: "Happening",
	}
	recordWords = map[narrative.RecordKind]string{
		narrative.Document:  "Document",
		narrative.Order:     "Order",
		narrative.Count:     "Count",
		narrative.Image:     "Image",
		narrative.Recording: "Recording",
		narrative.DataSet:   "Data set",
	}
	statusWords = map[narrative.Liveliness]string{
		narrative.Developing: "Developing",
		narrative.Dormant:    "Dormant",
		narrative.Overtaken:  "Overtaken by events",
	}
)

// said returns a reader's word for a field.
func said[K ~string](words map[K]string, field string) string { return cmp.Or(words[K(field)], field) }

// dateWords says a date with how it is known, where it is not given; "" if nothing is said of it.
func dateWords(d edition.Date) string {
	if d.Earliest == "" && d.Reason == "" {
		return ""
	}
	if d.Reason == "" {
		return d.Text
	}
	return d.Text + " (" + d.Reason + ")"
}
