package narrative

import (
	"fmt"
	"slices"
	"strings"
)

// cycles checks that no claim restates, is a part of, or has a figure that is part of, one that comes back to it.
func (v *checker) cycles(articles []Article) {
	restates := map[Code][]link{}
	figures := map[Code][]link{}
	var order []Code
	for at, a := range articles {
		for b, block := range a.Blocks {
			for i, c := range block.Claims {
				if _, seen := restates[c.Code]; seen || c.Code == "" {
					continue
				}
				noun := Problem{Kind: KindArticle, At: at, Key: string(a.Slug)}
				path := fmt.Sprintf("passages[%d].claims[%d]", b, i)
				order = append(order, c.Code)
				restates[c.Code] = nil
				for j, k := range c.Counters {
					if (k.Relation == Restates || k.Relation == PartOf) && k.To != c.Code {
						restates[c.Code] = append(restates[c.Code], link{k.To, noun, fmt.Sprintf("%s.counters[%d].to", path, j)})
					}
				}
				if len(c.Figures) > 0 && c.Figures[0].PartOf != "" && c.Figures[0].PartOf != c.Code {
					figures[c.Code] = []link{{c.Figures[0].PartOf, noun, path + ".figures[0].part_of"}}
				}
			}
		}
	}
	v.cycle(order, restates)
	v.cycle(order, figures)
}

// A link leads from one claim to another, and says where it is written.
type link struct {
	to   Code
	noun Problem
	path string
}

// cycle walks the links depth first, in the order given, and reports each link that leads back to a claim on the way to
// it.
func (v *checker) cycle(order []Code, links map[Code][]link) {
	done := map[Code]bool{}
	var way []Code
	var walk func(from Code)
	walk = func(from Code) {
		way = append(way, from)
		for _, l := range links[from] {
			if start := slices.Index(way, l.to); start >= 0 {
				v.noun = l.noun
				v.add(l.path, "leads back to the claim itself: %s", round(way[start:]))
				continue
			}
			if !done[l.to] {
				walk(l.to)
			}
		}
		way = way[:len(way)-1]
		done[from] = true
	}
	for _, code := range order {
		if !done[code] {
			walk(code)
		}
	}
}

func round[T ~string](way []T) string {
	var s strings.Builder
	for _, name := range way {
		s.WriteString(string(name) + " → ")
	}
	return s.String() + string(way[0])
}

// reprints checks that no article prints itself again, through whatever others. Every article on such a round is told of it,
// since the desk asks about one article at a time.
func (v *checker) reprints(articles []Article) {
	for at, a := range articles {
		v.begin(KindArticle, at, a.Slug)
		for i, origin := range a.ReprintOf {
			if way := v.reprintWay(origin, a.Slug); way != nil {
				v.add(fmt.Sprintf("reprint_of[%d]", i), "leads back to the article itself: %s", round(append([]Slug{a.Slug}, way...)))
			}
		}
	}
}

// reprintWay returns a shortest way from one article to another by what each prints again, with the first and without the
// last; nil if there is none.
func (v *checker) reprintWay(from, to Slug) []Slug {
	before := map[Slug]Slug{from: ""}
	for queue := []Slug{from}; len(queue) > 0; queue = queue[1:] {
		if queue[0] != to {
			for _, next := range v.index.articles[queue[0]].ReprintOf {
				if _, seen := before[next]; !seen {
					before[next] = queue[0]
					queue = append(queue, next)
				}
			}
			continue
		}
		way := []Slug{}
		for at := before[to]; at != ""; at = before[at] {
			way = append(way, at)
		}
		slices.Reverse(way)
		return way
	}
	return nil
}
