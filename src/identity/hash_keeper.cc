#include "identity/hash_keeper.h"

#include "crypto/crypt_hash.h"

namespace rhumb::identity {

Result<void> check_moved_hash(std::string_view hash, std::string_view user) {
    switch (crypto::form_of_hash(hash)) {
        case crypto::HashForm::none:
        case crypto::HashForm::argon2id:
        case crypto::HashForm::crypt: return {};
        case crypto::HashForm::too_costly:
            return fail(ErrorKind::invalid,
                        "the hash of the password of «{}» would take too long to look at", user);
        case crypto::HashForm::refused: break;
    }
    return fail(ErrorKind::invalid,
                "the password of «{}» is kept in a form that Rhumb does not look at", user);
}

}  // namespace rhumb::identity
