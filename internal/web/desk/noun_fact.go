package desk

import (
	"reflect"

	"counterclaim/internal/narrative"
)

// positionFields are a row of positions, of a fact or an aspect.
var positionFields = []formField{
	{key: "slug", as: asHidden, label: "short name", from: "label"},
	{key: "label", label: "Label", as: asArea, lines: 2, guarded: true},
}

const positionHelp = "Each a sentence that its holders would sign, none worded as a retort to another, and none saying what its holders leave out. " +
	"Any number of them; never just two for the sake of it."

var factForm = nounForm{
	kind: narrative.KindFact, one: "contested fact", many: "Contested facts", blank: narrative.Fact{}, title: "question",
	lede: "A neutral question that sources answer differently. Try it and each label aloud as every side’s press officer.",
	fields: []formField{
		{key: "question", label: "Question", as: asArea, lines: 2, guarded: true,
			help: "Answerable by every side in its own words; no side’s word where a plain one exists. “Who” only as an aspect under “whether”, with “it did not happen” among its answers. [[place]] stands for a place’s name."},
		slugField("the question"),
		{key: "key", as: asHidden, label: "key in the log"},
		{key: "dispute", label: "Dispute", as: asOne, kind: narrative.KindDispute},
		{key: "kind", label: "Kind", as: asChoice, choices: reflect.TypeFor[narrative.FactKind](), none: "choose",
			words: map[string]string{"state": "state: changes over time", "yes-no": "yes or no"}},
		{key: "background", label: "Background", as: asArea, lines: 4, guarded: true,
			help: "Two sentences. Each factual clause cites a claim, [@7K3-M9QX], or a record, [@slug]. Said, wrote, according to, denied; nothing old worded as present."},
		{key: "positions", label: "Positions", as: asRows, one: "position", help: positionHelp, fields: positionFields},
		{key: "aspects", label: "Aspects", as: asRows, one: "aspect",
			help: "Sub-questions with positions of their own, so that answers to different things are not set against each other.", fields: []formField{
				{key: "slug", as: asHidden, label: "short name", from: "question"},
				{key: "question", label: "Question", as: asArea, lines: 2, guarded: true},
				{key: "positions", label: "Positions", as: asRows, one: "position", fields: positionFields},
			}},
		{key: "status", as: asGroup, label: "How alive it is", fields: []formField{
			{key: "state", label: "State", as: asChoice, choices: reflect.TypeFor[narrative.Liveliness](), none: "choose",
				words: map[string]string{"overtaken": "overtaken by events"}},
			{key: "read_to", label: "Read to", help: "While it is developing: until when articles were read for it, as in 2023-01-24T15:04+04:00."},
			{key: "since", label: "Since", help: "The day; needed when it was overtaken."},
			{key: "reason", label: "Reason", as: asArea, lines: 2, guarded: true, help: "With a citation, when it was overtaken."},
		}},
		{key: "periods", label: "Periods", as: asRows, one: "period",
			help: "Stretches bounded by dated events, for a matter that changes, in order and without overlap. Nothing contradicts across two.", fields: []formField{
				{key: "slug", as: asHidden, label: "short name", from: "label"},
				{key: "label", label: "Label", guarded: true},
				{key: "from", label: "First day", help: "Empty for no bound."},
				{key: "from_event", label: "Event that begins it", as: asOne, kind: narrative.KindEvent},
				{key: "until", label: "Last day", help: "Empty for no bound."},
				{key: "until_event", label: "Event that ends it", as: asOne, kind: narrative.KindEvent},
			}},
		{key: "points", label: "What both say, what one says", as: asRows, one: "point",
			help: "What opposing parties both say needs a passage from each of them, on the same thing in the same period. What one party says and nobody answers needs claims of that party alone.", fields: []formField{
				{key: "kind", label: "Said by", as: asChoice, choices: reflect.TypeFor[narrative.PointKind](), none: "choose",
					words: map[string]string{"both": "opposing parties alike", "one": "one party, unanswered"}},
				{key: "text", label: "What", as: asArea, lines: 2, guarded: true},
				{key: "period", label: "Period", as: asPeriod},
				{key: "claims", label: "Claims that say it", as: asMany, kind: narrative.KindClaim, help: "Their codes; see the claims below. While you type, claims with these words or of this source are offered, those on this fact first."},
			}},
		{key: "gaps", label: "Gaps", as: asRows, one: "gap", help: "What is missing. Accounts that are not held and single origins are found by the program.", fields: []formField{
			{key: "title", label: "Title", help: "Two or three words."},
			{key: "text", label: "What is missing", as: asArea, lines: 2, guarded: true},
		}},
		{key: "requests", label: "Requests for comment", as: asRows, one: "request", fields: []formField{
			{key: "to", label: "To", as: asOne, kind: narrative.KindSource},
			{key: "question", label: "What it was asked", as: asArea, lines: 2, guarded: true},
			{key: "event", label: "About the event", as: asOne, kind: narrative.KindEvent},
			{key: "asked", label: "Asked", help: "When, as in 2023-01-24T15:04+04:00."},
			{key: "by", label: "By", help: "The way, as in “e-mail to its press office”."},
			{key: "deadline", label: "Deadline"},
			{key: "state", label: "State", as: asChoice, choices: reflect.TypeFor[narrative.RequestState](), none: "choose",
				words: map[string]string{"none": "nothing came"}},
			{key: "settled", label: "Settled", help: "When it answered or declined; otherwise until when nothing came."},
			{key: "article", label: "Article with the answer", as: asOne, kind: narrative.KindArticle},
			{key: "claim", label: "Claim that is the answer", as: asOne, kind: narrative.KindClaim, help: pickHelp},
			{key: "note", label: "Note", help: "For the desk; never published."},
		}},
		{key: "note", label: "Note for the desk", as: asArea, lines: 3, help: "Never published."},
	},
}
