package web

import (
	"bytes"
	"fmt"
	"testing"

	"counterclaim/internal/edition"
)

// BenchmarkFactPage draws the page of a fact with 200 claims.
func BenchmarkFactPage(b *testing.B) {
	content, err := edition.Compile(sample(), "bridge-open", nil)
	if err != nil {
		b.Fatal(err)
	}
	claims := content.Claims
	stage := &content.Bands[0].Periods[0]
	rows := stage.Rows
	for n := 0; len(content.Claims) < 200; n++ {
		again := func(code string) string { return fmt.Sprintf("%s-%d", code, n) }
		for _, c := range claims {
			c.Code = again(c.Code)
			content.Claims = append(content.Claims, c)
		}
		for _, r := range rows {
			cells := r.Cells
			r.Cells = nil
			for _, cell := range cells {
				codes := cell.Claims
				cell.Claims = nil
				for _, code := range codes {
					cell.Claims = append(cell.Claims, again(code))
				}
				r.Cells = append(r.Cells, cell)
			}
			stage.Rows = append(stage.Rows, r)
		}
	}
	for b.Loop() {
		if err := factPage(newFactView(layout{}, content, colophon{})).Render(b.Context(), new(bytes.Buffer)); err != nil {
			b.Fatal(err)
		}
	}
}
