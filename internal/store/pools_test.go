package store

import "github.com/jackc/pgx/v5/pgxpool"

// Pools returns a store's connections, for tests of what they may do.
func Pools(s *Store) (desk, reader *pgxpool.Pool) { return s.desk, s.reader }

// CheckVersion is checkVersion.
var CheckVersion = checkVersion
