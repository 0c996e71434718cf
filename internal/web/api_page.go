package web

import (
	"net/http"
	"strconv"
	"strings"

	"counterclaim/internal/web/api"
	"counterclaim/internal/web/ui"
)

// apiView is the page on the API, drawn from its description.
type apiView struct {
	layout
	About      [][]apiWords
	Server     string
	Version    string
	Licence    string
	Groups     []apiGroup
	Types      []apiType
	Everywhere string // the statuses that every operation that reads what is published can answer with
	AtDesk     string // those of the desk's operations
}

// apiWords is a stretch of text: plain, or a name as programs write it, or the first words of a paragraph.
type apiWords struct {
	Text       string
	Code, Lead bool
}

type apiGroup struct {
	Name, ID   string
	Operations []apiCall
}

// An apiCall is one operation.
type apiCall struct {
	ID, Summary, Method, Path, Description, Curl string
	Parameters                                   []apiMember
	Body                                         apiTypeName // the zero name where nothing is sent
	Answers                                      []apiAnswer
}

// An apiMember is a parameter or a member of an object.
type apiMember struct {
	Name, Description, Example string
	Type                       apiTypeName
}

// An apiAnswer is what an operation answers under a status.
type apiAnswer struct {
	Status, Text string
	Type         apiTypeName
}

// An apiTypeName is what something is, with the link to its type.
type apiTypeName struct {
	Before, After string
	Type          ui.Link
}

type apiType struct {
	Name, ID, Description string
	Members               []apiMember
}

// showAPI shows the page on the API.
func (s *Server) showAPI(w http.ResponseWriter, r *http.Request) error {
	return s.render(w, r, apiPage(newAPIView(s.layout(r, "API"), s.api.Reference())))
}

func newAPIView(l layout, r api.Reference) apiView {
	v := apiView{layout: l, Server: r.Server, Version: r.Version, Licence: r.Licence}
	for _, paragraph := range r.About {
		v.About = append(v.About, apiText(paragraph))
	}
	everywhere := map[bool]map[int]int{false: {}, true: {}} // of the operations that need no token and of those that do
	operations := map[bool]int{}
	for _, g := range r.Groups {
		for _, o := range g.Operations {
			operations[o.NeedsToken]++
			for _, x := range o.Responses {
				everywhere[o.NeedsToken][x.Status]++
			}
		}
	}
	for _, g := range r.Groups {
		group := apiGroup{Name: g.Name, ID: strings.ToLower(g.Name)}
		for _, o := range g.Operations {
			call := apiCall{
				ID: o.ID, Summary: o.Summary, Method: o.Method, Path: o.Path, Description: o.Description, Curl: curl(o), Body: newAPITypeName(o.Body, ""),
			}
			for _, p := range o.Parameters {
				call.Parameters = append(call.Parameters, newAPIParameter(p))
			}
			for _, x := range o.Responses {
				if x.Status < http.StatusMultipleChoices || everywhere[o.NeedsToken][x.Status] < operations[o.NeedsToken] {
					call.Answers = append(call.Answers, apiAnswer{strconv.Itoa(x.Status), x.Description, newAPITypeName(x.Type, "")})
				}
			}
			group.Operations = append(group.Operations, call)
		}
		v.Groups = append(v.Groups, group)
	}
	shared := func(needToken bool) string {
		var statuses []string
		for status := http.StatusMultipleChoices; status <= http.StatusNetworkAuthenticationRequired; status++ {
			if everywhere[needToken][status] == operations[needToken] {
				statuses = append(statuses, strconv.Itoa(status)+" "+http.StatusText(status))
			}
		}
		return strings.Join(statuses, ", ")
	}
	v.Everywhere, v.AtDesk = shared(false), shared(true)
	for _, t := range r.Types {
		x := apiType{Name: t.Name, ID: apiTypeID(t.Name), Description: t.Description}
		for _, m := range t.Members {
			note := "may be absent"
			if m.Required {
				note = ""
			}
			x.Members = append(x.Members, apiMember{m.Name, m.Description, m.Example, newAPITypeName(m.Type, note)})
		}
		v.Types = append(v.Types, x)
	}
	return v
}

// curl writes how an operation is asked for on a command line.
func curl(o api.Operation) string {
	command := "curl"
	if o.Method != http.MethodGet {
		command += " -X " + o.Method
	}
	if o.NeedsToken {
		command += " -H 'Authorization: Bearer TOKEN'"
	}
	for _, p := range o.Parameters {
		if p.Name == "If-Match" {
			command += " -H 'If-Match: " + p.Example + "'"
		}
	}
	if o.Body != (api.TypeName{}) {
		command += " --json @body.json"
		if o.Method == http.MethodPost {
			command = strings.Replace(command, " -X POST", "", 1) // which a body means
		}
	}
	return command + " '" + o.Example + "'"
}

func newAPIParameter(p api.Parameter) apiMember {
	note := ""
	switch {
	case p.In == "path":
		note = "in the path"
	case p.In == "header":
		note = "in the header"
	case p.Required:
		note = "needed"
	case p.Default != "":
		note = p.Default + " where it is absent"
	}
	return apiMember{p.Name, p.Description, p.Example, newAPITypeName(p.Type, note)}
}

// newAPITypeName says what something is, with a note.
func newAPITypeName(n api.TypeName, note string) apiTypeName {
	if n.Name == "" {
		what := strings.Join(without("", n.Before, n.After), ": ")
		return apiTypeName{Before: strings.Join(without("", what, note), "; ")}
	}
	if note != "" {
		note = "; " + note
	}
	return apiTypeName{Before: n.Before, Type: ui.Link{Text: n.Name, Href: "#" + apiTypeID(n.Name)}, After: note}
}

func apiTypeID(name string) string { return "type-" + name }

// apiText takes a paragraph of the description apart at its marks: two stars and backquotes.
func apiText(paragraph string) []apiWords {
	var text []apiWords
	for i, part := range strings.Split(paragraph, "**") {
		for k, words := range strings.Split(part, "`") {
			if words != "" {
				text = append(text, apiWords{Text: words, Code: k%2 == 1, Lead: i%2 == 1})
			}
		}
	}
	return text
}
