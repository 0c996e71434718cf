package store_test

import (
	"testing"

	"counterclaim/internal/store/storetest"
)

func TestReady(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}
