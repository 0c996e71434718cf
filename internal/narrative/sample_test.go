package narrative_test

import (
	"counterclaim/internal/narrative"
	"counterclaim/internal/narrative/narrativetest"
)

// The codes of the sample's claims, and one of no claim.
const (
	closed  = narrativetest.Closed
	open    = narrativetest.Open
	own     = narrativetest.Own
	worried = narrativetest.Worried
	unused  = "BPJ-5F15"
)

// sample returns a sound collection. Each call returns a value of its own.
func sample() narrative.Collection { return narrativetest.Bridge() }
