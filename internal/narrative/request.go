package narrative

import "fmt"

// A Request is a request for comment: a source was asked about a fact before its comparison was published.
type Request struct {
	To       Slug         `yaml:"to"`                 // the source that was asked
	Question Markup       `yaml:"question"`           // what it was asked, in the desk's words
	Event    Slug         `yaml:"event,omitempty"`    // the occasion that it was asked about
	Asked    Minute       `yaml:"asked"`              // when
	By       string       `yaml:"by"`                 // the way, as in "e-mail to its press office"
	Deadline Minute       `yaml:"deadline,omitempty"` // "" for none
	State    RequestState `yaml:"state"`
	Settled  Minute       `yaml:"settled,omitempty"` // when it answered or declined; with none, the moment until which nothing came
	Article  Slug         `yaml:"article,omitempty"` // the article that carries the answer
	Claim    Code         `yaml:"claim,omitempty"`   // the claim that is the answer
	Note     string       `yaml:"note,omitempty"`    // for the desk; never published
}

// A RequestState says what became of a request for comment.
type RequestState string

// The states of a request.
const (
	RequestOpen     RequestState = "open"     // asked, and not settled yet
	RequestAnswered RequestState = "answered" // an article or a claim carries the answer
	RequestDeclined RequestState = "declined" // the source said that it would not comment
	RequestNone     RequestState = "none"     // nothing had come when it was looked at last
)

// requests checks that each request says what its state needs, in an order of time that can be.
func (v *checker) requests(f Fact) {
	for i, q := range f.Requests {
		path := fmt.Sprintf("requests[%d]", i)
		v.isSource(path+".to", q.To)
		ref(v, path+".event", KindEvent, v.index.events, q.Event)
		ref(v, path+".article", KindArticle, v.index.articles, q.Article)
		if r, ok := v.claim(path+".claim", q.Claim); ok && !speaksOn(r.Claim(), f.Slug) {
			v.add(path+".claim", "the claim %s has no stance on the fact %s", q.Claim, f.Slug)
		}
		v.requestState(path, q)
		v.after(path+".deadline", q.Deadline, q.Asked)
		v.after(path+".settled", q.Settled, q.Asked)
	}
}

func (v *checker) requestState(path string, q Request) {
	answer := q.Article != "" || q.Claim != ""
	switch {
	case q.State == RequestAnswered && !answer:
		v.add(path+".article", "missing; the state answered needs the article or the claim that carries the answer")
	case q.State != RequestAnswered && answer:
		v.add(path+".state", "%s, but an answer is named; expected answered", q.State)
	}
	switch {
	case q.State == RequestNone && q.Settled == "":
		v.add(path+".settled", "missing; the state none needs the moment until which nothing came")
	case q.State == RequestOpen && q.Settled != "":
		v.add(path+".settled", "not expected with the state open")
	}
}

// after checks that a moment does not come before that of the question. It asks nothing of what is no moment.
func (v *checker) after(path string, m, asked Minute) {
	if then, first := m.Time(), asked.Time(); !then.IsZero() && then.Before(first) {
		v.add(path, "%s is before the moment of the question, %s", m, asked)
	}
}
