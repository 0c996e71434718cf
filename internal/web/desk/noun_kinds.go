package desk

import "counterclaim/internal/narrative"

// A nounForm describes the pages of one kind of noun.
type nounForm struct {
	kind   narrative.Kind
	one    string // what it is called, as in "contested fact"
	many   string
	lede   string // what it is, in two sentences, above the form and the list
	blank  any    // a new one
	title  string // the field that its slug is made of
	fields []formField
}

// nounForms are the kinds of noun in the order of their lists.
var nounForms = []nounForm{
	factForm, disputeForm, partyForm, sourceForm, outletForm, eventForm, recordForm, placeForm, termForm, articleForm,
}

// formOf returns the form of a kind.
func formOf(kind narrative.Kind) (nounForm, bool) {
	for _, f := range nounForms {
		if f.kind == kind {
			return f, true
		}
	}
	return nounForm{}, false
}

// named are the kinds of noun that the form's fields name, each once.
func (n nounForm) named() []narrative.Kind {
	var kinds []narrative.Kind
	seen := map[narrative.Kind]bool{}
	var walk func([]formField)
	walk = func(list []formField) {
		for _, f := range list {
			if f.kind != "" && !seen[f.kind] {
				seen[f.kind] = true
				kinds = append(kinds, f.kind)
			}
			walk(f.fields)
		}
	}
	walk(n.fields)
	return kinds
}

// slugField is the first field of every form.
func slugField(help string) formField {
	return formField{key: "slug", label: "Short name in addresses", help: "Lower-case letters, digits and hyphens; left empty, it is made of " + help + ". A later change leads old links on."}
}

// noteField is the last field of most forms.
var noteField = formField{key: "note", label: "Note", as: asArea, lines: 3, help: "Doubts and remarks, shown where the noun is."}
