package edition

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"counterclaim/internal/narrative"
)

// who says whose words a claim is, in what office, through whom, in which outlet and how, as the beginning of a sentence
// that the words end: "Asbarez, paraphrasing (“told”):".
func (p *page) who(it *item) Text {
	c := it.claim
	hops, own := it.hops()
	if c.Voice == narrative.OutletVoice {
		return p.outletWho(it, hops)
	}
	t := p.sourceStart(c.Source)
	if c.Named != "" && isOtherName(c.Named, it.source) {
		t = append(t, words(" (“", c.Named, "” in the article)"))
	}
	if c.Office != "" {
		t = append(t, words(", ", c.Office))
	}
	long := len(hops) > 0
	comma := ","
	if to := c.AttributedTo; to != "" && to != c.Source {
		t = append(append(t, words(", on what ")), append(p.sourceRun(to), words(" said"))...)
		comma, long = "", true
	}
	if c.Joint {
		t = append(append(t, words(comma, " jointly with ")), p.jointly(it)...)
		long = true
	}
	for i, h := range hops {
		t = append(append(t, words(", ")), p.through(h, c.Source, c.Joint && i == 0)...)
	}
	return append(t, p.outletHow(it, own, long)...)
}

// outletWho is who for the outlet's own voice.
func (p *page) outletWho(it *item, hops []narrative.Hop) Text {
	t := p.sourceStart(it.claim.Source)
	t = append(t, words(" writes, in its own voice"))
	for _, h := range hops {
		t = append(append(t, words(", after ")), p.sourceRun(h.By)...)
	}
	return append(t, words(":"))
}

// outletHow says in which outlet and how the words stand: the outlet's own verb, in quotation marks, is that of its own
// hop only.
func (p *page) outletHow(it *item, own narrative.Hop, long bool) Text {
	if it.article.Outlet == it.claim.Source {
		return plain(", in its own words:")
	}
	if it.claim.Voice == narrative.DirectQuote {
		t := Text{words(", quoted by ")}
		if long {
			t = Text{words("; quoted by ")}
		}
		return append(append(t, p.outletRun(it.article.Outlet)...), words(":"))
	}
	t := append(Text{words("; ")}, p.outletRun(it.article.Outlet)...)
	if own.Verb != "" {
		return append(t, words(", paraphrasing (“", own.Verb, "”):"))
	}
	return append(t, words(", paraphrasing:"))
}

// hops parts the chain into the steps before the article's outlet and the outlet's own.
func (it *item) hops() (before []narrative.Hop, own narrative.Hop) {
	if n := len(it.claim.Chain); n > 0 && it.claim.Chain[n-1].By == it.article.Outlet {
		return it.claim.Chain[:n-1], it.claim.Chain[n-1]
	}
	return it.claim.Chain, narrative.Hop{}
}

// through says a step of the chain in words.
func (p *page) through(h narrative.Hop, speaker narrative.Slug, joint bool) Text {
	by := p.sourceRun(h.By)
	own := h.By == speaker
	var t Text
	switch {
	case h.Inferred && own:
		return plain("by its own account, inferred")
	case h.Inferred:
		return append(append(Text{words("by the account of ")}, by...), words(", inferred"))
	case joint:
		return append(Text{words("as told by ")}, by...)
	case h.Role == narrative.RoleReadout && own:
		return plain("in its own readout")
	case h.Role == narrative.RoleStatement && own:
		return plain("in a statement")
	case h.Role == narrative.RoleReadout:
		t = Text{words("in a readout by ")}
	case h.Role == narrative.RoleStatement:
		t = Text{words("in a statement by ")}
	case h.Role == narrative.RoleSpokesperson:
		if p.source(h.By).Kind == narrative.Person {
			return append(Text{words("through a spokesperson, ")}, by...)
		}
		t = Text{words("through ")}
	case h.Role == narrative.RoleTranslator:
		t = Text{words("translated by ")}
	case h.Role == narrative.RoleOutlet:
		t = append(Text{words("as carried by ")}, by...)
		if h.Verb != "" {
			t = append(t, words(" (“", h.Verb, "”)"))
		}
		return t
	default:
		t = Text{words("through ")}
	}
	return append(t, by...)
}

// jointly names those whose words, too, the passage tells.
func (p *page) jointly(it *item) Text {
	var others []Text
	for _, claim := range it.article.Blocks[it.block].Claims {
		if who := holderOf(claim); claim.Joint && who != holderOf(it.claim) && slices.Equal(claim.Words, it.claim.Words) {
			others = append(others, p.sourceRun(who))
		}
	}
	if len(others) == 0 {
		return plain("others")
	}
	slices.SortFunc(others, func(a, b Text) int { return strings.Compare(a.String(), b.String()) })
	return listed(others)
}

// isOtherName reports whether a printed name is another than the house name, not a part of it such as a surname nor the
// same without its accents.
func isOtherName(printed string, s narrative.Source) bool {
	fold := func(name string) string {
		plain := strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(strings.ReplaceAll(name, "'", "’")))
		return strings.TrimPrefix(strings.ToLower(plain), "the ")
	}
	return !strings.Contains(" "+fold(s.Name)+" ", " "+fold(printed)+" ")
}

// chain gives the steps of a claim with their words.
func (p *page) chain(it *item) []Hop {
	var chain []Hop
	for _, h := range it.claim.Chain {
		text := p.through(h, it.claim.Source, false).String()
		if h.By == it.article.Outlet {
			text = p.ownStep(it).String()
		}
		chain = append(chain, Hop{
			By: string(h.By), Name: p.source(h.By).Name, Role: string(h.Role), Verb: h.Verb, Class: string(h.Class),
			Inferred: h.Inferred, Text: text,
		})
	}
	return chain
}

// ownStep says what the article's outlet does with the words.
func (p *page) ownStep(it *item) Text {
	_, own := it.hops()
	switch it.claim.Voice {
	case narrative.OutletVoice:
		return plain("in the outlet’s own voice")
	case narrative.DirectQuote:
		t := append(Text{words("quoted by ")}, p.outletRun(it.article.Outlet)...)
		if own.Verb != "" {
			t = append(t, words(" (“", own.Verb, "”)"))
		}
		return t
	}
	t := append(Text{words("paraphrased by ")}, p.outletRun(it.article.Outlet)...)
	if own.Verb != "" {
		t = append(t, words(" (“", own.Verb, "”)"))
	}
	return t
}

// origin is the key of the first issuer of the words and the occasion; without an occasion the piece stands for it, which of a
// reprint is the one that it prints again ([page.root]). What an outlet prints again in its own voice was issued by the outlet
// of that piece. Claims with equal keys are one origin, in however many outlets they stand.
func (it *item) origin() string {
	issuer := it.claim.Source
	if it.claim.Voice == narrative.OutletVoice && issuer == it.article.Outlet {
		issuer = it.root.Outlet
	}
	for _, h := range it.claim.Chain {
		if h.Role == narrative.RoleReadout || h.Role == narrative.RoleStatement || h.Role == narrative.RolePressService {
			issuer = h.By
			break
		}
	}
	if it.claim.Event != "" {
		return string(issuer) + " at event " + string(it.claim.Event)
	}
	return string(issuer) + " in article " + string(it.root.Slug)
}

// issuer is the source that the origin begins with.
func (it *item) issuer() narrative.Slug {
	issuer, _, _ := strings.Cut(it.origin(), " ")
	return narrative.Slug(issuer)
}
