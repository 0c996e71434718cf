package api

import (
	"strconv"
	"time"

	"counterclaim/internal/edition"
	"counterclaim/internal/web/ui"
)

// A Noun names something and says where it is.
type Noun struct {
	Slug string `json:"slug" doc:"Its name in addresses." example:"harbour-gazette"`
	Name string `json:"name,omitempty" doc:"Its name or title in words." example:"Harbour Gazette"`
	Self string `json:"self" format:"uri" doc:"Where it is in this API." example:"https://counterclaim.example/api/v1/outlets/harbour-gazette"`
	Page string `json:"page" format:"uri" doc:"Its page for readers." example:"https://counterclaim.example/outlets/harbour-gazette"`
}

// noun makes a Noun from the path of its page.
func (a *API) noun(slug, name string, path func(string) string) Noun {
	return Noun{Slug: slug, Name: name, Self: a.self(path(slug)), Page: a.page(path(slug))}
}

// nounOf is the noun, or nothing where there is no slug.
func (a *API) nounOf(slug, name string, path func(string) string) *Noun {
	if slug == "" {
		return nil
	}
	n := a.noun(slug, name, path)
	return &n
}

// page is the absolute address of a path, self that of the same thing in the API.
func (a *API) page(path string) string { return a.publicURL + path }
func (a *API) self(path string) string { return a.publicURL + ui.APIOf(path) }

// A Date is a day or a stretch of days in which something was, with its words.
type Date struct {
	Earliest  string `json:"earliest,omitempty" format:"date" doc:"The first day on which it can have been; absent where that is not known." example:"2031-03-14"`
	Latest    string `json:"latest,omitempty" format:"date" doc:"The last day on which it can have been; absent where that is not known." example:"2031-03-15"`
	Precision string `json:"precision,omitempty" enum:"day,month,year,range" doc:"How the stretch was given." example:"range"`
	Time      string `json:"time,omitempty" doc:"The time of day with its zone, where the text gives one." example:"15:04+04:00"`
	Basis     string `json:"basis" enum:"given,inferred,unknown" doc:"Whether the text gives it, or the editors infer it, or it is not known. What is inferred orders nothing." example:"inferred"`
	Reason    string `json:"reason,omitempty" doc:"From what it is known or inferred, or why it is not known." example:"The paper came out a day after the call."`
	Text      string `json:"text" doc:"The date in words." example:"14 or 15 March 2031, inferred"`
}

func date(d edition.Date) Date { return Date(d) }

// moment writes a time in UTC.
func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// plain writes texts of the program or of editors without their marks; words of others in them keep quotation marks.
func plain(texts []edition.Text) []string {
	list := make([]string, len(texts))
	for i, t := range texts {
		list[i] = t.String()
	}
	return list
}

// Titled is a title with a text.
type Titled struct {
	Title string `json:"title" doc:"What it is about." example:"Held by"`
	Text  string `json:"text" doc:"What is said of it." example:"Carters’ guild, since 2 March 2031"`
}

func titled(list []edition.Titled) []Titled {
	texts := make([]Titled, len(list))
	for i, t := range list {
		texts[i] = Titled{t.Title, t.Text.String()}
	}
	return texts
}

// Withheld says when and why something was taken down.
type Withheld struct {
	On     string `json:"on" format:"date-time" doc:"When, in UTC." example:"2031-09-01T12:00:00Z"`
	Reason string `json:"reason" doc:"Why." example:"At the request of the person."`
}

// withheld is the redaction, or nothing where nothing was taken down.
func withheld(r edition.Redaction) *Withheld {
	if r == (edition.Redaction{}) {
		return nil
	}
	w := Withheld(r)
	return &w
}

func (a *API) describeCommon() {
	describe[Problem](a, "Why there is no answer: a problem detail of RFC 9457.")
	describe[Fault](a, "What is wrong with one part of the request.")
	describe[Moved](a, "Where something is now that was asked for by a name of the past.")
	describe[Noun](a, "Something by its name, and where it is.")
	describe[Date](a, "A day or a stretch of days in which something was, with its words.")
	describe[Titled](a, "A title with a text.")
	describe[Withheld](a, "When and why something was taken down.")
}

// apiPath makes of the path of a noun's page that of the same noun in the API.
func apiPath(path func(string) string) func(string) string {
	return func(name string) string { return ui.APIOf(path(name)) }
}

// each makes of every row what the API says of it.
func each[R, T any](rows []R, of func(R) T) []T {
	var list []T
	for _, r := range rows {
		list = append(list, of(r))
	}
	return list
}

// decimal writes a number that names something: numbers in JSON are read as floats by some.
func decimal(n int64) string { return strconv.FormatInt(n, 10) }
