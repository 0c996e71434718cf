package desk

import "counterclaim/internal/narrative"

var disputeForm = nounForm{
	kind: narrative.KindDispute, one: "dispute", many: "Disputes", blank: narrative.Dispute{}, title: "title",
	lede: "The conflict or story that contested facts belong to. Lists, coverage and loaded words go by it.",
	fields: []formField{
		{key: "title", label: "Title", help: "Neutral: every side could use it."},
		slugField("the title"),
		{key: "background", label: "Background", as: asArea, lines: 5, guarded: true,
			help: "Said, wrote, according to, denied. [[place]] stands for a place's name, [@7K3-M9QX] cites a claim, [@record] a record."},
		{key: "fiction", label: "Fiction, for practice", as: asBox, help: "Every page of it says so."},
		{key: "name_policy", label: "Policy for names of places", as: asArea, lines: 4, help: "Dated: which form editors’ text uses, and from when."},
	},
}
