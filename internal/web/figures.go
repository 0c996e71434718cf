package web

import (
	"strconv"
	"strings"

	"counterclaim/internal/edition"
	"counterclaim/internal/figure"
	"counterclaim/internal/web/ui"
)

// figureGroup draws a group of figures on its axis.
func (m *factPageMaker) figureGroup(n int, g edition.FigureGroup) ui.FigureGroup {
	group := ui.FigureGroup{
		ID: "figures-" + strconv.Itoa(n+1), Title: g.Title, Desc: g.Desc, Notes: m.proses(g.Notes),
	}
	if len(g.Ticks) == 0 {
		return group
	}
	axis := scale{low: decimal(g.Ticks[0]), high: decimal(g.Ticks[len(g.Ticks)-1])}
	for _, t := range g.Ticks {
		group.Ticks = append(group.Ticks, ui.Tick{X: axis.at(decimal(t)), Label: thousands(t), Anchor: "middle"})
	}
	for _, r := range g.Rows {
		group.Rows = append(group.Rows, ui.FigureRow{
			Label: m.prose(r.Label), Part: r.Part, Colour: m.colour(r.Figure), Shape: axis.shape(r.Figure),
		})
	}
	return group
}

func (m *factPageMaker) apart(f edition.ApartFigure) ui.ApartFigure {
	return ui.ApartFigure{Label: m.prose(f.Label), Reason: m.prose(f.Reason), Colour: m.colour(f.Figure)}
}

// colour returns the colour of the position that a figure's claim takes, 0 if it takes none.
func (m *factPageMaker) colour(f edition.Figure) int {
	for _, s := range m.claims[f.Claim].Stances {
		if s.Position != f.Position {
			continue
		}
		for _, b := range m.content.Bands {
			for _, h := range b.Heads {
				if b.Aspect == s.Aspect && h.Position == s.Position {
					return h.Colour
				}
			}
		}
	}
	return 0
}

// A scale turns values into shares of a drawing's width.
type scale struct{ low, high float64 }

// at returns the share of the width, such as "37.5%", at which a value stands.
func (s scale) at(value float64) string {
	if s.high <= s.low {
		return "50%"
	}
	return percent((value - s.low) / (s.high - s.low))
}

// percent writes a share of the width; what lies outside stands at the edge.
func percent(share float64) string {
	return strconv.FormatFloat(100*min(max(share, 0), 1), 'f', -1, 32) + "%"
}

// shape draws a figure by its bounds. "Up to 90" has 0 as its lower bound, but nobody said so: no dot stands there.
func (s scale) shape(f edition.Figure) ui.FigureShape {
	var low, high, from string
	if f.Low != "" {
		low = s.at(decimal(f.Low))
	}
	if f.High != "" && f.High != f.Low {
		high, from = s.at(decimal(f.High)), low
	}
	switch figure.Hedge(f.Hedge) {
	case figure.UpTo, figure.Under, figure.Nearly:
		low = ""
	}
	shape := ui.FigureShape{Low: low, High: high, LowOpen: f.LowOpen, HighOpen: f.HighOpen}
	switch {
	case f.BandLow != "" && f.BandHigh != "":
		shape.From, shape.Until = s.at(decimal(f.BandLow)), s.at(decimal(f.BandHigh))
	case f.High == "":
		shape.Up = low
	case f.Low == "":
		shape.Down = high
	case from != "":
		shape.LineFrom, shape.LineUntil = from, high
	}
	return shape
}

// decimal reads a decimal of an edition for a drawing, which needs no exact numbers; 0 if it is none.
func decimal(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return v
}

// thousands sets commas into a decimal: "1,000,000.5".
func thousands(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "−", s[1:]
	}
	whole, fraction, hasFraction := strings.Cut(s, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if hasFraction {
		whole += "." + fraction
	}
	return sign + whole
}
