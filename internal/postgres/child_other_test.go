//go:build !linux

package postgres

// dropVariable has no meaning here.
const dropVariable = "POSTGRES_TEST_DROP"

// dropCapability does nothing: only Linux divides root's rights.
func dropCapability() error { return nil }
