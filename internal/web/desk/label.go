package desk

import (
	"strings"

	"counterclaim/internal/narrative"
)

// labelOf says in an editor's words which field of a noun a path names, with its row, as in "Chain, hop 1, by" or "Position 3,
// label": by the labels that stand on its form. A path that no form knows is returned as it is.
func labelOf(kind narrative.Kind, path string) string {
	if kind == narrative.KindClaim {
		return claimLabel(path)
	}
	n, ok := formOf(kind)
	if !ok {
		return fieldLabel(plainFields, path)
	}
	return fieldLabel(n.fields, path)
}

// claimLabel is how the tagging form calls a field of a claim. The first fact needs no number: most claims are on one.
func claimLabel(path string) string {
	if path == stanceRow(0) {
		return "Fact and position"
	}
	if key, first := strings.CutPrefix(path, stanceRow(0)+"."); first {
		return fieldLabel(stanceLabels, key)
	}
	return fieldLabel(claimLabels, path)
}

// stanceLabels are the fields of a row of stances on the tagging form.
var stanceLabels = []formField{
	{key: "fact", label: "fact"}, {key: "aspect", label: "aspect"}, {key: "position", label: "position"}, {key: "choice", label: "position"},
	{key: "mode", label: "mode"}, {key: "period", label: "period it is about"},
}

// claimLabels are the fields of the tagging form.
var claimLabels = []formField{
	{key: fieldQuotation, label: "Passage"}, {key: "words", label: "Passage"}, {key: fieldPassage, label: "Passage"}, {key: "code", label: "Code"},
	{key: "locator", label: "Page or time"}, {key: "source", label: "Speaker"},
	{key: "new_source", as: asGroup, fields: []formField{
		{key: "name", label: "Name of the new source"}, {key: "kind", label: "New source, what it is"}, {key: "party", label: "New source, speaks for"},
		{key: "slug", label: "New source, short name"},
	}},
	{key: "stances", as: asRows, one: "fact", label: "Facts", fields: stanceLabels},
	{key: "new_position", as: asGroup, fields: []formField{{key: "label", label: "New position"}, {key: "aspect", label: "Under the aspect"}}},
	{key: "new_aspect", as: asGroup, fields: []formField{{key: "question", label: "New aspect"}}},
	{key: "new_fact", as: asGroup, fields: []formField{
		{key: "question", label: "New fact"}, {key: "kind", label: "Kind of fact"}, {key: "dispute", label: "Dispute"}, {key: "slug", label: "New fact, short name"},
	}},
	{key: "voice", label: "Voice"}, {key: "attribution", label: "Who speaks"}, {key: "named", label: "Named as"},
	{key: "office", label: "Office, as printed"}, {key: "attributed_to", label: "Reports the view of"}, {key: "basis", label: "Claims to know it from"},
	{key: "joint", label: "Said jointly with others"},
	{key: "chain", as: asRows, one: "chain, hop", label: "Chain", fields: []formField{
		{key: "by", label: "by"}, {key: "role", label: "as"}, {key: "verb", label: "verb, verbatim"}, {key: "class", label: "its class"},
		{key: "inferred", label: "named elsewhere in the article"},
	}},
	{key: "event", label: "Occasion"}, {key: "uttered", label: "Uttered"}, {key: "issued", label: "Issued"}, {key: "about", label: "What it tells of happened"},
	{key: "figures", as: asRows, one: "figure", label: "Figures", fields: []formField{
		{key: "verbatim", label: "as printed"}, {key: "counted", label: "what is counted"}, {key: "reads_as", label: "in English, if it is not"},
		{key: "unit", label: "unit, if not printed"}, {key: "rule", label: "counting rule"}, {key: "as_of", label: "as of (day)"},
		{key: "from", label: "from (day)"}, {key: "until", label: "until (day)"}, {key: "counted_by", label: "whose count"},
		{key: "part_of", label: "part of a figure of the claim"}, {key: "note", label: "note"},
	}},
	{key: "counters", as: asRows, one: "joined claim", label: "Joined claims", fields: []formField{
		{key: "to", label: "the other claim"}, {key: "fact", label: "fact"}, {key: "relation", label: "the replying claim"}, {key: "difference", label: "they differ"}, {key: "why", label: "why"},
	}},
	{key: "changed", as: asRows, one: "change of line", label: "Changes of line"},
	{key: "note", label: "Note, shown beside the claim"}, {key: fieldWhy, label: "Why, for the desk’s log"},
}

// moveLabels are the fields of the form by which claims are moved.
var moveLabels = []formField{
	{key: "claim", label: "Claims"}, {key: "to", label: "Are to take"},
	{key: "new_position", as: asGroup, fields: []formField{{key: "label", label: "Its label"}, {key: "aspect", label: "Under the aspect"}}},
	{key: "new_aspect", as: asGroup, fields: []formField{{key: "question", label: "Or under a new aspect"}}},
	{key: fieldWhy, label: "Why, for the desk’s log"},
}

// plainFields are the fields of the desk's other forms, which are called alike wherever they stand.
var plainFields = []formField{
	{key: "about", label: "About"}, {key: "account", label: "Assigned to"}, {key: "address", label: "Its address"}, {key: "again", label: "The password again"},
	{key: "answer", label: "What was answered"}, {key: "archive", as: asGroup, label: "Copy in an archive", fields: []formField{{key: "address", label: "its address"}, {key: "day", label: "made on"}}},
	{key: askField, label: "What whoever looks should know"}, {key: byCodeField, label: "Or another claim"}, {key: "byline", label: "Byline"}, {key: "capture", label: "Text"}, {key: "code", label: "Code"}, {key: "credit", label: "Credit"},
	{key: "day", label: "Day"}, {key: "difference", label: "They differ"}, {key: "direction", label: "Which of them answers the other"}, {key: "due", label: "By"},
	{key: "edition", label: "Edition that made the correction"}, {key: "fact", label: "Fact"}, {key: "facts", label: "Other facts"}, {key: "file", label: "File"},
	{key: "headline", label: "Headline"}, {key: "headline_by", label: "Whose headline"},
	{key: "identified", as: asGroup, fields: []formField{{key: "basis", label: "That it is of this outlet"}, {key: "reason", label: "Why it is, if inferred or unknown"}}},
	{key: "into", label: "The fact in which it goes on"}, {key: "item", label: "What has been looked at"}, {key: "kind", label: "Kind"}, {key: "language", label: "Language"},
	{key: "name", label: "Name"}, {key: "new", label: "The new password"}, {key: "new_outlet", label: "New outlet"}, {key: "note", label: "Note"},
	{key: onFactField, label: "On the fact"}, {key: "other", label: "The other claim"}, {key: "outcome", label: "What came of it"}, {key: "outlet", label: "Outlet"},
	{key: "password", label: "Password"}, {key: "pieces", label: "Paragraphs"}, {key: "published", label: "Published"}, {key: "reason", label: "Reason"},
	{key: "received", label: "Received"}, {key: recordingField, label: "Recording"}, {key: "relation", label: "The replying claim"}, {key: "rights", label: "Rights"}, {key: "role", label: "Role"},
	{key: "same", label: "Have we got it already"}, {key: "sender", label: "From"}, {key: "side", label: "Side"}, {key: "slug", label: "Name in addresses"},
	{key: "status", as: asGroup, fields: []formField{{key: "state", label: "State"}, {key: "read_to", label: "Articles read up to"}, {key: "since", label: "Since"}, {key: "reason", label: "Why"}}},
	{key: "text", label: "Text"}, {key: "token_days", label: "Good for"}, {key: "token_name", label: "Name of a new token"}, {key: "translated", label: "Translation"},
	{key: untilField, label: "Under embargo until"}, {key: "url", label: "Address"}, {key: "waiver", label: "Why nobody else has looked at it"}, {key: "who", label: "Who"}, {key: fieldWhy, label: "Why"}, {key: "words", label: "What was written"},
}
