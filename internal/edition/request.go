package edition

import "counterclaim/internal/narrative"

// requests tells who was asked for comment, when and by which way, until when an answer was asked for, and what came of it;
// in short, what nobody has answered.
func (p *page) requests() (texts, short []Text) {
	for _, q := range p.fact.Requests {
		t := p.sourceRun(q.To)
		t[0].Text = upperFirst(t[0].Text)
		t = append(t, words(" was asked for comment on ", minuteText(q.Asked), ", by ", q.By))
		if q.Event != "" {
			t = append(append(t, words(", about ")), p.eventInSentence(q.Event)...)
		}
		t = append(append(t, words(": ")), p.line(q.Question)...)
		t = ended(t)
		if q.Deadline != "" {
			t = append(t, words(" An answer was asked for by ", minuteText(q.Deadline), "."))
		}
		texts = append(texts, append(t, p.requestOutcome(q)...))
		if q.State != narrative.RequestAnswered {
			s := p.sourceRun(q.To)
			s[0].Text = upperFirst(s[0].Text)
			short = append(short, append(s, words(unanswered(q))))
		}
	}
	return texts, short
}

// unanswered ends a sentence that begins with whom was asked.
func unanswered(q narrative.Request) string {
	switch q.State {
	case narrative.RequestDeclined:
		return " declined to comment."
	case narrative.RequestNone:
		return " was asked for comment and had not answered by " + minuteText(q.Settled) + "."
	}
	return " was asked for comment; no answer is entered yet."
}

// requestOutcome says what came of a request, as a sentence that follows another.
func (p *page) requestOutcome(q narrative.Request) Text {
	on := ""
	if q.Settled != "" {
		on = " on " + minuteText(q.Settled)
	}
	switch q.State {
	case narrative.RequestAnswered:
		t := Text{words(" Answered", on)}
		if run, ok := p.answerRun(q.Article); ok {
			t = append(t, words(", in "), run)
		}
		if q.Claim != "" {
			t = append(t, p.cite(string(q.Claim)))
		}
		return append(t, words("."))
	case narrative.RequestDeclined:
		return plain(" Comment was declined", on, ".")
	case narrative.RequestNone:
		return plain(" No answer had come by ", minuteText(q.Settled), ".")
	}
	return plain(" No answer is entered yet.")
}

// answerRun names an article that carries an answer; it is a link where the article is one of the page's.
func (p *page) answerRun(slug narrative.Slug) (Run, bool) {
	a, ok := p.index.Article(slug)
	if !ok {
		return Run{}, false
	}
	run := words("“", a.Headline, "”")
	if p.isOnPage(slug) {
		run.Kind, run.Ref = RunArticle, string(slug)
	}
	return run, true
}
