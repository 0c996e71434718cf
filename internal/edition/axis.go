package edition

import (
	"math/big"
	"strings"

	"counterclaim/internal/figure"
)

// mostSteps is how many stretches an axis is divided into at most.
const mostSteps = 5

// ticks are the marks of an axis from 0 that holds all figures with their bands, with room beyond those that have no
// upper bound: a step of 1, 2, 2.5 or 5 times a power of ten, at most five of them, whole where the figures are whole.
func ticks(rows []*placed) []string {
	top, whole := new(big.Rat), true
	reach := func(n *figure.Number, open bool) {
		if n == nil {
			return
		}
		value, ok := new(big.Rat).SetString(n.String())
		if !ok {
			return
		}
		whole = whole && value.IsInt()
		if open {
			value.Mul(value, big.NewRat(21, 20))
		}
		if value.Cmp(top) > 0 {
			top = value
		}
	}
	for _, f := range rows {
		low, high := f.count.Low, f.count.High
		if f.count.Approx {
			low, high = f.count.Band()
		}
		reach(low, high == nil)
		reach(high, false)
	}
	if top.Sign() == 0 {
		return []string{"0", "1"}
	}
	step := stepFor(top)
	if one := big.NewRat(1, 1); whole && step.Cmp(one) < 0 {
		step = one
	}
	var marks []string
	for mark := new(big.Rat); ; mark.Add(mark, step) {
		marks = append(marks, decimalText(mark))
		if mark.Cmp(top) >= 0 {
			return marks
		}
	}
}

// stepFor is the smallest nice step of which five reach top.
func stepFor(top *big.Rat) *big.Rat {
	power := big.NewRat(1, 1)
	ten, tenth := big.NewRat(10, 1), big.NewRat(1, 10)
	fits := func(step *big.Rat) bool { return new(big.Rat).Mul(step, big.NewRat(mostSteps, 1)).Cmp(top) >= 0 }
	for fits(power) {
		power.Mul(power, tenth)
	}
	for {
		for _, nice := range []*big.Rat{big.NewRat(1, 1), big.NewRat(2, 1), big.NewRat(5, 2), big.NewRat(5, 1)} {
			if step := new(big.Rat).Mul(power, nice); fits(step) {
				return step
			}
		}
		power.Mul(power, ten)
	}
}

// decimalText writes a decimal in plain digits.
func decimalText(r *big.Rat) string {
	digits, _ := r.FloatPrec()
	s := r.FloatString(digits)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
