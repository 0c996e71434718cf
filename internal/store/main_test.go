package store_test

import (
	"testing"

	"counterclaim/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
