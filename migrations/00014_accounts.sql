-- +goose Up
-- Who may use the desk. A name is what the audit log calls somebody: it is never changed, never removed and so never used
-- again.
CREATE TABLE accounts (
	name           text CONSTRAINT accounts_pkey PRIMARY KEY CONSTRAINT accounts_name CHECK (name ~ '^[a-z0-9]+([.-][a-z0-9]+)*$' AND length(name) BETWEEN 2 AND 40),
	role           text NOT NULL CONSTRAINT accounts_role CHECK (role IN ('reader', 'contributor', 'editor', 'reviewer', 'admin')),
	password_hash  text NOT NULL DEFAULT '', -- PHC string of Argon2id; "" until a link was used
	factor         text NOT NULL DEFAULT '', -- the second factor's secret in base 32; "" for none
	factor_step    bigint NOT NULL DEFAULT 0, -- the last step of 30 seconds whose code was used
	pending_factor text NOT NULL DEFAULT '', -- a secret that is shown and not yet confirmed by a code
	disabled       boolean NOT NULL DEFAULT false,
	letter_keys    boolean NOT NULL DEFAULT true, -- whether single letters are keys (WCAG 2.1.4)
	created_at     timestamptz NOT NULL DEFAULT now()
);

-- Tokens of all kinds are known by their hashes alone.

CREATE TABLE sessions (
	token_sha256 bytea CONSTRAINT sessions_pkey PRIMARY KEY CONSTRAINT sessions_token CHECK (length(token_sha256) = 32),
	account      text NOT NULL CONSTRAINT sessions_account_fkey REFERENCES accounts,
	started_at   timestamptz NOT NULL DEFAULT now(),
	seen_at      timestamptz NOT NULL DEFAULT now(),
	device       text NOT NULL DEFAULT '' CONSTRAINT sessions_device CHECK (length(device) <= 100)
);
CREATE INDEX sessions_account_idx ON sessions (account);

-- Who has given the right password and not yet the code of the second factor.
CREATE TABLE logins (
	token_sha256 bytea CONSTRAINT logins_pkey PRIMARY KEY CONSTRAINT logins_token CHECK (length(token_sha256) = 32),
	account      text NOT NULL CONSTRAINT logins_account_fkey REFERENCES accounts,
	began_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX logins_account_idx ON logins (account);

-- The link by which somebody chooses a password, one for an account.
CREATE TABLE account_links (
	account      text CONSTRAINT account_links_pkey PRIMARY KEY CONSTRAINT account_links_account_fkey REFERENCES accounts,
	token_sha256 bytea NOT NULL CONSTRAINT account_links_token_key UNIQUE CONSTRAINT account_links_token CHECK (length(token_sha256) = 32),
	made_at      timestamptz NOT NULL DEFAULT now(),
	drops_factor boolean NOT NULL -- whether its use takes the second factor away, which was lost
);

-- Recovery codes that are still good.
CREATE TABLE recovery_codes (
	account     text NOT NULL CONSTRAINT recovery_codes_account_fkey REFERENCES accounts,
	code_sha256 bytea NOT NULL CONSTRAINT recovery_codes_code CHECK (length(code_sha256) = 32),
	CONSTRAINT recovery_codes_pkey PRIMARY KEY (account, code_sha256)
);

-- With what programs speak for an account.
CREATE TABLE account_tokens (
	id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_tokens_pkey PRIMARY KEY,
	account      text NOT NULL CONSTRAINT account_tokens_account_fkey REFERENCES accounts,
	name         text NOT NULL CONSTRAINT account_tokens_name CHECK (length(name) BETWEEN 1 AND 60),
	token_sha256 bytea NOT NULL CONSTRAINT account_tokens_token_key UNIQUE CONSTRAINT account_tokens_token CHECK (length(token_sha256) = 32),
	created_at   timestamptz NOT NULL DEFAULT now(),
	expires_at   timestamptz NOT NULL CONSTRAINT account_tokens_expires CHECK (expires_at > created_at),
	used_at      timestamptz -- NULL until it was used
);
CREATE INDEX account_tokens_account_idx ON account_tokens (account);

-- How often something was tried of late: the time at which as many tries as are allowed may be made again (the generic cell
-- rate algorithm). The key is a hash, so that no address of a visitor is kept.
CREATE TABLE throttles (
	key     bytea CONSTRAINT throttles_pkey PRIMARY KEY CONSTRAINT throttles_key CHECK (length(key) = 32),
	free_at timestamptz NOT NULL
);
CREATE INDEX throttles_free_at_idx ON throttles (free_at);

-- +goose Down
DROP TABLE throttles, account_tokens, recovery_codes, account_links, logins, sessions, accounts;
