#pragma once
/// Reading and changing records. A View and a Transaction live only within the call that Store
/// hands them to, and are used on that thread alone.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/authority_records.h"
#include "storage/records.h"

namespace rhumb::storage {

class Session;  // a database session; its type stays inside this module

/// Reads one consistent state of the store. A `find_` answers nothing for what is not there; a
/// `get_` fails with not_found.
class View {
public:
    explicit View(Session& session) : session_{session} {}
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    /// Newest first, without their texts.
    Result<std::vector<Revision>> revisions(std::size_t count_max = 100) const;
    Result<Revision> get_revision(Id number) const;
    Result<std::optional<Revision>> find_latest_revision() const;

    /// Those in use by name, or with the archived ones after them (latest first).
    Result<std::vector<CertificateRecord>> certificates(bool with_archived = false) const;
    /// One that is not archived.
    Result<std::optional<CertificateRecord>> find_certificate(std::string_view name) const;
    Result<CertificateRecord> get_certificate(Id id) const;

    /// Pending ones by name, or with the answered ones after them (the latest first).
    Result<std::vector<RequestRecord>> requests(bool with_answered = false) const;
    /// A pending one.
    Result<std::optional<RequestRecord>> find_request(std::string_view name) const;
    Result<RequestRecord> get_request(Id id) const;
    /// Those for a public key: pending before answered, then the latest first.
    Result<std::vector<RequestRecord>> requests_by_key(std::string_view key_digest) const;

    /// By certificate.
    Result<std::vector<MirrorRecord>> mirrors() const;

    /// Newest first, the retired ones included.
    Result<std::vector<AuthorityRecord>> authorities() const;
    /// The one that signs: the newest that is activated and not retired.
    Result<std::optional<AuthorityRecord>> find_authority() const;
    /// The one that is made known and does not sign yet.
    Result<std::optional<AuthorityRecord>> find_next_authority() const;
    /// Of all authorities, newest first, the retired ones included.
    Result<std::vector<IntermediateRecord>> intermediates() const;

    /// Oldest first; of all signers.
    Result<std::vector<RevocationRecord>> revocations() const;
    Result<std::optional<RevocationRecord>> find_revocation(std::string_view signer,
                                                            std::string_view serial) const;
    Result<std::vector<CrlRecord>> crls() const;

    /// Newest first.
    Result<std::vector<ClientCertificateRecord>> client_certificates() const;

    /// All that is sealed, in use or not.
    Result<std::vector<SealedRecord>> sealed() const;

    Result<std::optional<RenewalClaim>> find_renewal_claim(std::string_view name) const;
    /// What was said of the coming end of this certificate.
    Result<std::vector<std::string>> expiry_warnings(Id certificate) const;

    Result<std::optional<std::string>> find_setting(std::string_view key) const;

    /// Newest first: those that were made, wherever their files are now.
    Result<std::vector<BackupRecord>> backups(std::size_t count_max = 100) const;

    /// Newest first; those with an id below `before` when it is given. audit.h has more ways.
    Result<std::vector<Event>> events(std::size_t count_max = 100,
                                      std::optional<Id> before = {}) const;

    /// For this module's other files (users.h); nobody else knows its type.
    Session& session() const { return session_; }

protected:
    Session& session_;
};

/// Reads and changes. All changes become durable together, or none does.
class Transaction final : public View {
public:
    using View::View;

    /// `number` of the given revision is ignored; the next one is given and returned.
    Result<Id> add_revision(const Revision& revision);

    /// conflict: another certificate of that name is in use.
    Result<Id> add_certificate(const CertificateRecord& certificate);
    /// Archives `old_id` at `when` and adds `next`, which takes its place (and, if it says so, its
    /// name).
    Result<Id> replace_certificate(Id old_id, const CertificateRecord& next, Seconds when);
    Result<void> update_renewal(Id certificate, const Renewal& renewal);
    Result<void> archive_certificate(Id id, Seconds when);
    /// Takes an archived one back into use; conflict as in add_certificate().
    Result<void> restore_certificate(Id id);
    /// For good; only archived ones (conflict otherwise).
    Result<void> purge_certificate(Id id);

    /// conflict: another request of that name is pending.
    Result<Id> add_request(const RequestRecord& request);
    /// Notes the answer, or takes the note back when `answered` is nothing (conflict: another
    /// request of that name is pending).
    Result<void> note_answer(Id request, std::optional<Seconds> answered,
                             std::optional<Id> certificate);
    /// For good; SQLite overwrites what was there.
    Result<void> remove_request(Id id);

    /// Adds it, or replaces the one of the same certificate. conflict: another certificate has that
    /// directory.
    Result<void> put_mirror(const MirrorRecord& mirror);
    /// not_found when there is none.
    Result<void> remove_mirror(std::string_view certificate);

    Result<Id> add_authority(const AuthorityRecord& authority);
    /// Replaces all of the authority with this id but `created` and the key.
    Result<void> update_authority(const AuthorityRecord& authority);
    /// Adds it in the place of the one of the same authority that is in use, which retires.
    Result<Id> add_intermediate(const IntermediateRecord& intermediate);

    /// conflict: that certificate is revoked already.
    Result<Id> add_revocation(const RevocationRecord& revocation);
    /// In the place of the signer's list before it. conflict: that has the same number or a higher
    /// one.
    Result<void> put_crl(const CrlRecord& crl);

    Result<Id> add_client_certificate(const ClientCertificateRecord& certificate);

    /// Puts another blob in the place of a sealed one. An empty one wipes the key.
    Result<void> put_sealed(SealedPlace place, Id id, std::string_view blob);

    /// In the place of whoever had it.
    Result<void> put_renewal_claim(const RenewalClaim& claim);
    /// Only this holder's; nothing happens when it is another's.
    Result<void> remove_renewal_claim(std::string_view name, std::string_view holder);
    Result<void> add_expiry_warning(Id certificate, std::string_view threshold, Seconds when);

    /// Any bytes under a key.
    Result<void> put_setting(std::string_view key, std::string_view value);
    Result<void> remove_setting(std::string_view key);

    Result<Id> add_backup(const BackupRecord& backup);

    /// Behind all others, chained to them (audit.h).
    Result<Id> add_event(const Event& event);
};

}  // namespace rhumb::storage
